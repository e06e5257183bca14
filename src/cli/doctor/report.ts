// The report of a diagnosis, as a person or a program reads it.
import { inert } from '../../model/inert.ts';
import { numbered } from '../terminal/numbered.ts';
import { jsonText, type Output, type Style } from '../terminal/output.ts';
import { CHECKS, type Check, type Status } from './check.ts';
import type { Diagnosis } from './diagnose.ts';
import { junitText } from './junit.ts';

/** Values of `--format`. */
export const FORMATS = ['table', 'json', 'junit'] as const;
export type Format = (typeof FORMATS)[number];

const STYLES: Readonly<Record<Status, Style>> = { pass: 'green', warn: 'yellow', fail: 'red', skip: 'dim' };

/** Columns of the name of a check. */
const WIDTH = Math.max(...Object.keys(CHECKS).map(({ length }) => length));

/**
 * Writes the report to stdout: as JSON, as JUnit XML, or for people (`table`); texts of the registry are
 * inert.
 */
export function writeReport(diagnoses: readonly Diagnosis[], format: Format, output: Output): void {
  if (format === 'json') output.data(jsonText({ registries: diagnoses.map(jsonOf) }));
  else if (format === 'junit') output.data(junitText(diagnoses));
  else output.show(diagnoses.map((diagnosis) => textOf(diagnosis, output)).join('\n'));
}

/** The number of checks that have the status; 0 for no checks. */
export const countOf = (checks: readonly Check[], status: Status): number =>
  checks.filter((check) => check.status === status).length;

const jsonOf = ({ name, kind, url, checks, requests, took }: Diagnosis) => ({
  registry: name,
  kind,
  url,
  requests,
  tookMs: Math.round(took),
  checks: checks.map(({ id, status, seen, hint, lines }) => ({
    check: id,
    status,
    seen,
    why: CHECKS[id],
    hint,
    lines,
  })),
});

function textOf({ name, kind, url, checks, requests, took }: Diagnosis, output: Output): string {
  const title = output.style('bold', inert(name));
  const counts = [
    `${countOf(checks, 'pass')} passed`,
    numbered(countOf(checks, 'warn'), 'warning'),
    `${countOf(checks, 'fail')} failed`,
    `${countOf(checks, 'skip')} skipped`,
  ];
  const asked = `${numbered(requests, 'request')} in ${Math.round(took)} ms`;
  return [
    `${title} (${kind}${name === url ? '' : `, ${inert(url)}`})`,
    ...checks.flatMap((check) => linesOf(check, output)),
    `${counts.join(', ')}; ${asked}`,
    '',
  ].join('\n');
}

function linesOf({ id, status, seen, hint, lines }: Check, output: Output): readonly string[] {
  const word = output.style(STYLES[status], status);
  const isWanting = status === 'warn' || status === 'fail';
  return [
    `  ${word}  ${id.padEnd(WIDTH)}  ${inert(seen)}`,
    ...(isWanting ? [`        why: ${CHECKS[id]}`] : []),
    ...(hint === null ? [] : [`        hint: ${inert(hint)}`]),
    ...lines.map((line) => `          ${inert(line)}`),
  ];
}
