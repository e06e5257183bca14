// The findings of `panfed policy check`: as a table or lines for people, JSON, the workflow commands that GitHub shows
// beside a change, and SARIF 2.1.0 for code scanning.

import type { CheckedPolicy } from '../../authoring/check.ts';
import { type PolicyProblem, placeOf } from '../../authoring/source/problem.ts';
import { inert } from '../../model/inert.ts';
import { jsonText, type Output } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import { annotation } from '../terminal/workflow-command.ts';
import { sarifLog } from './sarif.ts';

/** Values of `--format` of `panfed policy check`: for people, as JSON, as GitHub's annotations, or as SARIF 2.1.0. */
export const CHECK_FORMATS = ['table', 'json', 'github', 'sarif'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

export type Checked = CheckedPolicy & { readonly owner: string };

/**
 * The report in one of the formats: for people (`table`), one document of JSON, annotations of GitHub, or
 * SARIF 2.1.0. `table` without findings gives an overview of the owners, and `github` too.
 */
export function checkReport(format: CheckFormat, checked: readonly Checked[], output: Output): string {
  if (format === 'json') return jsonText(checked);
  const found = checked.flatMap(({ problems, warnings }) => [...problems, ...warnings]);
  if (format === 'sarif') return jsonText(sarifLog(found));
  if (found.length === 0) return overview(checked, output);
  const text = format === 'github' ? annotated : (problem: PolicyProblem) => problemText(problem, output);
  return found.map(text).join('');
}

function overview(checked: readonly Checked[], output: Output): string {
  return table(
    [
      { title: 'OWNER', cell: ({ owner }) => owner },
      { title: 'READS', cell: ({ reads }) => reads.map((path) => path.join('.')).join(' '), wide: true },
      { title: 'REASONS', cell: ({ reasons }) => String(Object.keys(reasons).length) },
    ],
    checked,
    output,
  );
}

function problemText(problem: PolicyProblem, output: Output): string {
  const severity = output.style(problem.severity === 'error' ? 'red' : 'yellow', problem.severity);
  const hint = problem.hint === null ? '' : `  hint: ${inert(problem.hint)}\n`;
  return `${inert(placeOf(problem))}: ${severity}: ${inert(problem.message)} [${problem.check}]\n${hint}`;
}

function annotated({ severity, check, message, hint, file, line }: PolicyProblem): string {
  const text = hint === null ? message : `${message}; hint: ${hint}`;
  // A finding in a file as a whole is shown at its first line.
  return annotation(severity, check, text, { file, line: String(line ?? 1) });
}
