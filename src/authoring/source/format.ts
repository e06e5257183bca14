// Compares a policy's files with the output of `opa fmt`, and writes it.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FederationError } from '../../model/errors.ts';
import { FORMAT } from '../checks/all.ts';
import { problemOf } from '../checks/check.ts';
import { builtinHint } from '../opa/builtin-hints.ts';
import { type Opa, runOpa, said } from '../opa/opa.ts';
import { refusal } from './compiler.ts';
import { assertFiles, policyFiles } from './files.ts';
import type { PolicyOwner } from './owner.ts';
import type { PolicyProblem } from './problem.ts';
import { shownPath } from './syntax.ts';

export interface Unformatted {
  readonly path: string;
  /** As `opa fmt` writes it. */
  readonly formatted: string;
  /** The first line that differs, from 1. */
  readonly line: number;
  /** A difference that is invisible in a diff; null: it is another one. */
  readonly invisible: 'a byte order mark' | 'carriage returns' | null;
  /** The lines from the first to the last that differ: `-` as they are, `+` as `opa fmt` writes them. */
  readonly diff: readonly string[];
}

export interface FormatOptions {
  /** Rewrite Rego from before OPA 1.0 that is not valid today; by default that is not valid Rego. */
  readonly v0?: boolean;
}

/**
 * Files of the owner, with tests, that `opa fmt` writes differently, sorted by name, with their new text.
 * Rejects with POLICY_INVALID if one is not valid Rego or not a file, and as {@link runOpa} does, with
 * POLICY_TOO_COSTLY or OPA_MISSING, and with the file system's error for a file that cannot be read.
 */
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

/**
 * The files of {@link unformatted} as problems of the check `format`, each at its first difference. Rejects as {@link
 * unformatted} does.
 */
export async function formatProblems(opa: Opa, owner: PolicyOwner): Promise<PolicyProblem[]> {
  return (await unformatted(opa, owner)).map(({ path, line, invisible }) =>
    problemOf(FORMAT, {
      file: shownPath(path),
      line,
      column: 1,
      message:
        invisible === null
          ? 'from here on it differs from the output of opa fmt'
          : `the file has ${invisible}, which opa fmt does not write`,
      hint: `run \`panfed policy fmt ${owner.name}\` with the same options; --diff shows what would change`,
    }),
  );
}

/**
 * Writes the formatted text of these files over them, one after another. Rejects with the system's error; files
 * before the failing one are written.
 */
export async function writeFormatted(files: readonly Unformatted[]): Promise<void> {
  for (const { path, formatted } of files) await writeFile(path, formatted);
}

/** `--v0-v1` alone would refuse a file that is valid today already. */
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
  // With `v0`, only the errors as old Rego matter: those as today's Rego are the ones to be rewritten.
  throw before === null ? await refusal(opa, owner, today) : await notRewritten(said(before), owner);
}

async function notRewritten(text: string, owner: PolicyOwner): Promise<FederationError> {
  const deprecated = /deprecated built-in function calls in expression: (\S+)/.exec(text)?.[1];
  return new FederationError('POLICY_INVALID', text, {
    at: shownPath(owner.folder),
    hint: deprecated === undefined ? undefined : await builtinHint(deprecated),
  });
}

/** The difference; OPA's own diff uses only colors, which a file or a CI log does not show. */
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
    invisible: text.startsWith('\ufeff')
      ? 'a byte order mark'
      : text.includes('\r\n')
        ? 'carriage returns'
        : null,
    diff: [...between(old).map((line) => `-${line}`), ...between(now).map((line) => `+${line}`)],
  };
}
