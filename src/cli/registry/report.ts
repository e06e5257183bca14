// The findings of a catalog's check, as a person, a program or GitHub Actions reads them.

import { inert } from '../../model/inert.ts';
import { describeFinding } from '../../registry-server/finding.ts';
import type { CheckedCatalog } from '../../registry-server/server.ts';
import { jsonText, type Output } from '../terminal/output.ts';
import { annotation } from '../terminal/workflow-command.ts';

/** Values of `--format` of `panfed registry check`. */
export const CHECK_FORMATS = ['table', 'json', 'github'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

/**
 * The report in one of the formats (`github`: workflow commands of GitHub Actions); empty if nothing was
 * found, except as JSON. Findings that are not listed are counted at its end, but for `github`, which leaves
 * them out. `stream` (`data` by default) decides about colors.
 */
export function findingsReport(
  path: string,
  checked: CheckedCatalog,
  format: CheckFormat,
  output: Output,
  stream: 'data' | 'message' = 'data',
): string {
  if (format === 'json') return jsonReport(path, checked);
  return format === 'github'
    ? annotations(path, checked)
    : checked.findings
        .listed()
        .map((finding) => {
          const { severity, at, message, hint } = describeFinding(path, finding);
          const word = output.style(severity === 'error' ? 'red' : 'yellow', severity, stream);
          return `${inert(at)}: ${word}: ${inert(message)}\n${hint === null ? '' : `  hint: ${inert(hint)}\n`}`;
        })
        .join('') + unlistedText(checked);
}

/** The number of errors and warnings in words, `2 errors and 1 warning`; empty if there are none. */
export function countedFindings({ findings }: CheckedCatalog): string {
  return [
    ...counted(findings.count('error'), 'error'),
    ...counted(findings.count('warning'), 'warning'),
  ].join(' and ');
}

function jsonReport(path: string, { facility, images, findings }: CheckedCatalog): string {
  return jsonText({
    facility,
    images: images.length,
    errors: findings.count('error'),
    warnings: findings.count('warning'),
    findings: findings.listed().map((finding) => describeFinding(path, finding)),
    unlisted: findings.unlisted(),
  });
}

function annotations(path: string, { findings }: CheckedCatalog): string {
  return findings
    .listed()
    .map(({ severity, position, message, hint }) =>
      annotation(severity, 'panfed registry check', hint === undefined ? message : `${message}. ${hint}`, {
        file: path,
        line: String(position?.line ?? 1),
      }),
    )
    .join('');
}

const unlistedText = ({ findings }: CheckedCatalog): string =>
  findings
    .unlisted()
    .map(
      ({ severity, field, count }) =>
        `… and ${count} more ${severity}${count === 1 ? '' : 's'} of ${field}\n`,
    )
    .join('');

function counted(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'}`];
}
