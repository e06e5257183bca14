// A policy's files as `opa fmt` writes them: which differ, where first, and writing them so.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FederationError } from '../model/errors.ts';
import { builtinHint } from './builtin-hints.ts';
import { FORMAT } from './checks/all.ts';
import { problemOf } from './checks/check.ts';
import { refusal } from './compiler.ts';
import { assertFiles, policyFiles } from './files.ts';
import { type Opa, runOpa, said } from './opa.ts';
import type { PolicyOwner } from './owner.ts';
import type { PolicyProblem } from './problem.ts';
import { shownPath } from './syntax.ts';

export interface Unformatted {
  readonly path: string;
  /** As `opa fmt` writes it. */
  readonly formatted: string;
  /** The first line that differs, from 1. */
  readonly line: number;
  /** What cannot be seen in a diff; null where it is something else. */
  readonly unseen: 'a byte order mark' | 'carriage returns' | null;
  /** The lines between the first and the last that differ: `-` as they are, `+` as they would be. */
  readonly diff: readonly string[];
}

export interface FormatOptions {
  /** Rewrite what is Rego as before OPA 1.0, and is not today's. */
  readonly v0?: boolean;
}

/** Files of the owner, tests as well, that `opa fmt` would write otherwise. Rejects with POLICY_INVALID for what is no Rego. */
export async function unformatted(
  opa: Opa,
  owner: PolicyOwner,
  options: FormatOptions = {},
): Promise<Unformatted[]> {
  assertFiles(owner, shownPath);
  const { rules, tests } = policyFiles(owner);
  const found: Unformatted[] = [];
  for (const name of [...rules, ...tests].sort()) {
    const path = join(owner.folder, name);
    const text = await readFile(path, 'utf8');
    const formatted = await fmt(opa, owner, name, options);
    if (formatted !== text) found.push({ path, formatted, ...difference(text, formatted) });
  }
  return found;
}

/** The same as problems of the check `format`. */
export async function formatProblems(opa: Opa, owner: PolicyOwner): Promise<PolicyProblem[]> {
  return (await unformatted(opa, owner)).map(({ path, line, unseen }) =>
    problemOf(FORMAT, {
      file: shownPath(path),
      line,
      column: 1,
      message:
        unseen === null
          ? 'from here on it is not as opa fmt writes it'
          : `the file has ${unseen}, which opa fmt does not write`,
      hint: `run \`panfed policy fmt ${owner.name}\` in the same way; with --diff it shows what would change`,
    }),
  );
}

/** Writes what differs. */
export async function writeFormatted(files: readonly Unformatted[]): Promise<void> {
  for (const { path, formatted } of files) await writeFile(path, formatted);
}

/** `--v0-v1` alone would refuse a file that is today's already. */
const WAYS = { today: [], v0: ['--v0-v1', '--drop-v0-imports'] } as const;

async function fmt(
  opa: Opa,
  owner: PolicyOwner,
  name: string,
  { v0 = false }: FormatOptions,
): Promise<string> {
  const written = (flags: readonly string[]) => runOpa(opa, ['fmt', ...flags, name], { cwd: owner.folder });
  const today = await written(WAYS.today);
  if (today.code === 0) return today.stdout;
  const before = v0 ? await written(WAYS.v0) : null;
  if (before?.code === 0) return before.stdout;
  // Its errors as Rego of before are what is left to do: those as today's are what it was asked to rewrite.
  throw before === null ? await refusal(opa, owner, today) : await notRewritten(said(before), owner);
}

async function notRewritten(text: string, owner: PolicyOwner): Promise<FederationError> {
  const deprecated = /deprecated built-in function calls in expression: (\S+)/.exec(text)?.[1];
  return new FederationError('POLICY_INVALID', text, {
    at: shownPath(owner.folder),
    hint: deprecated === undefined ? undefined : await builtinHint(deprecated),
  });
}

/** OPA's own diff marks by color alone, which a file or a CI's log does not show. */
function difference(text: string, formatted: string): Omit<Unformatted, 'path' | 'formatted'> {
  const [old, now] = [text.split('\n'), formatted.split('\n')];
  const shorter = Math.min(old.length, now.length);
  let first = 0;
  while (first < shorter && old[first] === now[first]) first += 1;
  let same = 0;
  while (same < shorter - first && old.at(-1 - same) === now.at(-1 - same)) same += 1;
  const between = (lines: readonly string[]) => lines.slice(first, lines.length - same);
  return {
    line: first + 1,
    unseen: text.startsWith('\ufeff')
      ? 'a byte order mark'
      : text.includes('\r\n')
        ? 'carriage returns'
        : null,
    diff: [...between(old).map((line) => `-${line}`), ...between(now).map((line) => `+${line}`)],
  };
}
