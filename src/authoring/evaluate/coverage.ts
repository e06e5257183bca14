// Reports the lines of a policy that its tests reach, as OPA counts them, without the lines of the tests.
import { join } from 'node:path';
import { z } from 'zod';
import { CAPABILITIES } from '../opa/capabilities.ts';
import { jsonOf, type Opa, runOpa } from '../opa/opa.ts';
import { refusal } from '../source/compiler.ts';
import { policyFiles } from '../source/files.ts';
import type { PolicyOwner } from '../source/owner.ts';
import { shownPath } from '../source/syntax.ts';

export interface FileCoverage {
  readonly owner: string;
  readonly file: string;
  /** Lines that some test evaluates, and lines that none does; other lines (comments, brackets) are not counted. */
  readonly covered: number;
  readonly notCovered: readonly number[];
}

const rangeSchema = z.object({ start: z.object({ row: z.int() }), end: z.object({ row: z.int() }) });
const coverageSchema = z.object({
  files: z.record(
    z.string(),
    z.object({ covered: z.array(rangeSchema).optional(), not_covered: z.array(rangeSchema).optional() }),
  ),
});

/**
 * The coverage of each rule file of the owner, sorted by name, by tests that may take 10 s each; a file without a rule has
 * no lines of either kind. Rejects with POLICY_INVALID if the policy or its tests do not compile, or one of the tests fails
 * (OPA gives no coverage then), and as {@link runOpa} does, with POLICY_TOO_COSTLY or OPA_MISSING.
 */
export async function policyCoverage(opa: Opa, owner: PolicyOwner): Promise<FileCoverage[]> {
  const args = ['test', '--coverage', '--format', 'json', '--capabilities', CAPABILITIES, '--timeout', '10s'];
  const run = await runOpa(opa, [...args, '.'], { cwd: owner.folder });
  const parsed = coverageSchema.safeParse(jsonOf(run.stdout));
  if (!parsed.success) {
    throw await refusal(opa, owner, run);
  }
  return policyFiles(owner).rules.map((name) => {
    const { covered = [], not_covered: missed = [] } = parsed.data.files[name] ?? {};
    const notCovered = linesOf(missed);
    const without = new Set(notCovered);
    return {
      owner: owner.name,
      file: shownPath(join(owner.folder, name)),
      // A line with a part that no test reaches is not covered.
      covered: linesOf(covered).filter((line) => !without.has(line)).length,
      notCovered,
    };
  });
}

/** The percentage of counted lines that are covered, 0 to 100; 100 if there are none. */
export function percent(files: readonly FileCoverage[]): number {
  const covered = files.reduce((sum, file) => sum + file.covered, 0);
  const all = files.reduce((sum, file) => sum + file.notCovered.length, covered);
  return all === 0 ? 100 : (100 * covered) / all;
}

/** Line numbers, given sorted and each once, as ranges: `3-5, 9`; empty for none. */
export function lineRanges(lines: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last?.[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}

function linesOf(ranges: readonly z.infer<typeof rangeSchema>[]): number[] {
  const lines = new Set<number>();
  for (const { start, end } of ranges) {
    for (let line = start.row; line <= end.row; line += 1) lines.add(line);
  }
  return [...lines].sort((a, b) => a - b);
}
