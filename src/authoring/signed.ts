// From a lab's signed source to the bundle that the gateway runs: checked, compiled and tested in a process apart, within
// limits, in a folder that is gone afterwards. One build at a time, whatever labs publish meanwhile.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { FederationError } from '../model/errors.ts';
import { inert } from '../model/inert.ts';
import type { SignedSource } from '../policy/distribution/source.ts';
import type { BuildLimits, Refused } from './build-order.ts';
import { runBuild } from './build-process.ts';
import type { CompiledPolicy } from './compile.ts';
import type { Opa } from './opa.ts';
import type { PolicyProblem } from './problem.ts';
import { scratchFolder } from './scratch-folder.ts';

export interface SignedBuild extends CompiledPolicy {
  /** How many tests it passed, with OPA and compiled. */
  readonly tests: number;
  /** What compiles and probably misleads, the first of it; files are named from the source's root. */
  readonly warnings: readonly PolicyProblem[];
}

export interface SignedBuildOptions {
  readonly signal: AbortSignal;
  readonly limits?: Partial<BuildLimits>;
}

const MIB = 1_048_576;

/**
 * Measured: a policy as labs have them takes 1.5 s and 40 MB of OPA; one of 5,000 rules up to 350 MB, and Go reserves 1 GB of
 * address space beside what it uses.
 */
export const BUILD_LIMITS: BuildLimits = Object.freeze({
  wall: 120_000,
  cpu: 100,
  memory: 3_072 * MIB,
  heap: 1_024 * MIB,
  file: 64 * MIB,
  evaluation: 1_000,
});

/** Characters of one text about a source that is not ours. */
const LENGTH = 512;

/**
 * Rejects with POLICY_INVALID or POLICY_TESTS_FAILED where the source is not one that may come into force: its problems, or
 * the tests that fail, are in the error's extensions. With POLICY_TOO_COSTLY where a limit ended it, and with the signal's
 * reason where that did.
 */
export function buildSigned(
  opa: Opa,
  source: SignedSource,
  { signal, limits }: SignedBuildOptions,
): Promise<SignedBuild> {
  return inTurn(() => build(opa, source, { ...BUILD_LIMITS, ...limits }, signal));
}

/** One after the other, in the order in which they are asked for. */
const inTurn = pLimit(1);

async function build(
  opa: Opa,
  source: SignedSource,
  limits: BuildLimits,
  signal: AbortSignal,
): Promise<SignedBuild> {
  signal.throwIfAborted();
  const { owner, version, signer, digest, files } = source;
  const root = await scratchFolder('panfed-signed-');
  try {
    const place = { source: join(root, 'source'), scratch: join(root, 'scratch') };
    await mkdir(place.scratch);
    await writeSource(place.source, files);
    const order = { opa: opa.path, owner, source: { version, signer, digest }, limits };
    const answer = await runBuild(order, place, signal);
    if ('refused' in answer) throw refusal(answer.refused, root);
    const { revision, bundle, tests, warnings } = answer.built;
    return {
      owner,
      revision,
      bytes: Buffer.from(bundle, 'base64'),
      tests,
      warnings: warnings.map((problem) => tellable(problem, root)),
    };
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Whatever was verified: OPA loads what the checks look at and nothing else, so there is no hidden file, no archive within
 * the archive, and no name that reads as an option.
 */
const NAME = /^(?:[\p{L}\p{N}_][\p{L}\p{M}\p{N}_+@ .-]*(?:\/(?=.)|$))+$/u;
const KIND = /\.rego$|^data\.json$/;

async function writeSource(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await mkdir(folder);
  for (const [name, bytes] of files) {
    if (!NAME.test(name) || !KIND.test(name)) {
      throw new FederationError('POLICY_INVALID', 'a signed policy holds a file that has no place in it', {
        at: shortened(name),
        hint: 'it holds .rego files and a data.json, named by letters, digits and _+@.- alone',
      });
    }
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes, { flag: 'wx', mode: 0o600 });
  }
}

function refusal({ code, message, at, hint, problems, tests }: Refused, root: string): FederationError {
  const text = (said: string) => shortened(withoutRoot(said, root));
  return new FederationError(code, text(message), {
    at: at === undefined || at === '' ? undefined : text(at),
    hint: hint === undefined ? undefined : text(hint),
    extensions: {
      ...(problems && { problems: problems.map((problem) => tellable(problem, root)) }),
      ...(tests && {
        tests: tests.map(({ name, at: where, detail }) => ({
          name: text(name),
          at: text(where),
          detail: text(detail),
        })),
      }),
    },
  });
}

function tellable(problem: PolicyProblem, root: string): PolicyProblem {
  const text = (said: string) => shortened(withoutRoot(said, root));
  const { file, message, hint } = problem;
  return { ...problem, file: text(file), message: text(message), hint: hint === null ? null : text(hint) };
}

/** Where the build was is of no use to anyone: names are left as they are in the archive. */
function withoutRoot(text: string, root: string): string {
  const escaped = root.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return text.replace(new RegExp(`${escaped}(?:/source|/scratch/[\\w-]+)?/?`, 'g'), '');
}

/** Whoever wrote it chose its length and its characters. */
function shortened(text: string): string {
  const line = inert(text.slice(0, 4 * LENGTH));
  return line.length > LENGTH ? `${line.slice(0, LENGTH - 1)}…` : line;
}
