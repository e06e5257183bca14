// A policy's files as `opa fmt` writes them: which differ, where first, and writing them so.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FederationError } from '../../model/errors.ts';
import { FORMAT } from './checks/all.ts';
import { problemOf } from './checks/check.ts';
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

/** Files of the owner, tests as well, that `opa fmt` would write otherwise. Rejects with POLICY_INVALID for what is no Rego. */
export async function unformatted(opa: Opa, owner: PolicyOwner): Promise<Unformatted[]> {
  assertFiles(owner, shownPath);
  const { rules, tests } = policyFiles(owner);
  const found: Unformatted[] = [];
  for (const name of [...rules, ...tests].sort()) {
    const path = join(owner.folder, name);
    const text = await readFile(path, 'utf8');
    const formatted = await fmt(opa, owner, name);
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

async function fmt(opa: Opa, owner: PolicyOwner, name: string): Promise<string> {
  const run = await runOpa(opa, ['fmt', name], { cwd: owner.folder });
  if (run.code !== 0) {
    throw new FederationError('POLICY_INVALID', said(run), { at: shownPath(owner.folder) });
  }
  return run.stdout;
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
