// Coverage of policies by their tests, as `panfed policy test --coverage` reports it.
import { InvalidArgumentError } from 'commander';
import { type FileCoverage, lineRanges, percent } from '../../authoring/evaluate/coverage.ts';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import type { Output } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';

/** Parses per cent, from 0 to 100, for commander; throws its InvalidArgumentError for anything else. */
export function thresholdOf(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 100)) {
    throw new InvalidArgumentError('Expected a number from 0 to 100.');
  }
  return value;
}

/**
 * A table with a row for each file: per cent of its lines that tests reach, rounded down to a tenth, and the lines that
 * they do not.
 */
export function coverageTable(files: readonly FileCoverage[], output: Output): string {
  return table(
    [
      { title: 'FILE', cell: ({ file }) => inert(file) },
      { title: 'COVERED', cell: (file) => `${shown(percent([file]))} %` },
      { title: 'NO TEST REACHES LINES', cell: ({ notCovered }) => lineRanges(notCovered), wide: true },
    ],
    files,
    output,
  );
}

/** Throws POLICY_TESTS_FAILED, naming the owners, if less than `threshold` per cent of an owner's lines are covered. */
export function assertCovered(files: readonly FileCoverage[], threshold: number): void {
  const owners = [...new Set(files.map(({ owner }) => owner))];
  const below = owners
    .map((owner) => ({ owner, covered: percent(files.filter((file) => file.owner === owner)) }))
    .filter(({ covered }) => covered < threshold);
  if (below.length === 0) return;
  throw new FederationError(
    'POLICY_TESTS_FAILED',
    `the tests cover ${below.map(({ owner, covered }) => `${shown(covered)} % of ${owner}`).join(', ')}; ${threshold} % is required`,
    { hint: 'run `panfed policy test --coverage` to see the lines that no test reaches' },
  );
}

/** Rounded down, so that 100 % means every line. */
function shown(value: number): string {
  return String(Math.floor(value * 10) / 10);
}
