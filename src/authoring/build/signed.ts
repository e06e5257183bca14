// From a lab's signed source to the bundle that the gateway runs: checked, compiled and tested in a process apart, within
// limits, in a folder that is gone afterwards. One build at a time, whatever labs publish meanwhile.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import type { SignedSource } from '../../policy/distribution/source.ts';
import type { Opa } from '../opa/opa.ts';
import { scratchFolder } from '../scratch-folder.ts';
import type { PolicyProblem } from '../source/problem.ts';
import type { CompiledPolicy } from './compile.ts';
import type { BuildLimits, Refused } from './order.ts';
import { runBuild } from './process.ts';

export interface SignedBuild extends CompiledPolicy {
  /** The number of tests that it passed, with OPA and compiled. */
  readonly tests: number;
  /** The first warnings; files are named from the source's root. */
  readonly warnings: readonly PolicyProblem[];
}

export interface SignedBuildOptions {
  readonly signal: AbortSignal;
  readonly limits?: Partial<BuildLimits>;
}

const MIB = 1_048_576;

/**
 * The default limits, in the units of {@link BuildLimits}. Measured: a usual policy of a lab takes 1.5 s and
 * 40 MB of OPA; one of 5,000 rules up to 350 MB, and Go reserves 1 GB of address space in addition.
 */
export const BUILD_LIMITS: BuildLimits = Object.freeze({
  wall: 120_000,
  cpu: 100,
  memory: 3_072 * MIB,
  heap: 1_024 * MIB,
  file: 64 * MIB,
  evaluation: 1_000,
  test: 10_000,
});

/** Characters of one text about a lab's source, at most. */
const LENGTH = 512;

/**
 * The bundle of a signed source, built after all earlier builds, within `limits`, by default those of {@link
 * BUILD_LIMITS}. Rejects with POLICY_INVALID or POLICY_TESTS_FAILED if the source may not come into force:
 * its problems, or the failing tests, are in the error's extensions; with POLICY_TOO_COSTLY if a limit ended
 * the build, with INTERNAL if the build process fails, with the signal's reason, with the file system's
 * errors, and as {@link scratchFolder} does.
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
      warnings: warnings.map((problem) => shareable(problem, root)),
    };
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Checked again although the source was verified: OPA must load exactly the checked files, so no hidden file, no
 * archive within the archive, and no name that looks like an option is allowed.
 */
const NAME = /^(?:[\p{L}\p{N}_][\p{L}\p{M}\p{N}_+@ .-]*(?:\/(?=.)|$))+$/u;
const KIND = /\.rego$|^data\.json$/;

async function writeSource(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await mkdir(folder);
  for (const [name, bytes] of files) {
    if (!NAME.test(name) || !KIND.test(name)) {
      throw new FederationError(
        'POLICY_INVALID',
        'a signed policy contains a file that is not allowed in it',
        {
          at: shortened(name),
          hint: 'it may contain .rego files and a data.json, with only letters, digits and _+@.- in their names',
        },
      );
    }
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes, { flag: 'wx', mode: 0o600 });
  }
}

function refusal({ code, message, at, hint, problems, tests }: Refused, root: string): FederationError {
  const text = (message: string) => shortened(withoutRoot(message, root));
  return new FederationError(code, text(message), {
    at: at === undefined || at === '' ? undefined : text(at),
    hint: hint === undefined ? undefined : text(hint),
    extensions: {
      ...(problems && { problems: problems.map((problem) => shareable(problem, root)) }),
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

function shareable(problem: PolicyProblem, root: string): PolicyProblem {
  const text = (message: string) => shortened(withoutRoot(message, root));
  const { file, message, hint } = problem;
  return { ...problem, file: text(file), message: text(message), hint: hint === null ? null : text(hint) };
}

/** Removes the temporary folder from a text, so that files have their names in the archive. */
function withoutRoot(text: string, root: string): string {
  const escaped = root.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return text.replace(new RegExp(`${escaped}(?:/source|/scratch/[\\w-]+)?/?`, 'g'), '');
}

/** Bounds a text and makes it inert, since its author is the lab. */
function shortened(text: string): string {
  const line = inert(text.slice(0, 4 * LENGTH));
  return line.length > LENGTH ? `${line.slice(0, LENGTH - 1)}…` : line;
}
