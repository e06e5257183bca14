// The findings of a check of labels, as a person, a program, a CI server or GitHub Actions reads them.
import { inert } from '../../model/inert.ts';
import { describeFinding, type Finding, type Findings } from '../../registry-server/finding.ts';
import type { Restrictions } from '../../sources/labels.ts';
import { attribute, text } from '../doctor/junit.ts';
import { numbered } from '../terminal/numbered.ts';
import { jsonText, type Output } from '../terminal/output.ts';
import { annotation } from '../terminal/workflow-command.ts';
import type { LabelSource } from './label-source.ts';

/** Values of `--format` of `panfed labels check`. */
export const CHECK_FORMATS = ['table', 'json', 'junit', 'github'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

/** What was found about the labels of one image. */
export interface Checked {
  readonly name: string;
  /** null: it is none that can be read. */
  readonly source: LabelSource | null;
  /** The file in which it stands; null where it is none that a change can have. */
  readonly file: string | null;
  readonly findings: Findings;
  readonly restrictions: Restrictions;
}

const COMMAND = 'panfed labels check';

/** The report in one of the formats; texts are inert. `stream`, by default the data, decides about colors. */
export function checkReport(
  checked: readonly Checked[],
  format: CheckFormat,
  output: Output,
  stream: 'data' | 'message' = 'data',
): string {
  if (format === 'json') return jsonText({ images: checked.map(jsonOf) });
  if (format === 'junit') return junitOf(checked);
  if (format === 'github') return checked.flatMap(annotationsOf).join('');
  return checked.map((each) => tableOf(each, output, stream)).join('');
}

/** The number of errors and warnings of all, in words; empty where there are none. */
export function countedIn(checked: readonly Checked[]): string {
  const count = (severity: 'error' | 'warning') =>
    checked.reduce((sum, { findings }) => sum + findings.count(severity), 0);
  const [errors, warnings] = [count('error'), count('warning')];
  return [
    ...(errors > 0 ? [numbered(errors, 'error')] : []),
    ...(warnings > 0 ? [numbered(warnings, 'warning')] : []),
  ].join(' and ');
}

const jsonOf = ({ name, findings, restrictions }: Checked) => ({
  name,
  valid: findings.count('error') === 0,
  errors: findings.count('error'),
  warnings: findings.count('warning'),
  findings: findings.listed().map((finding) => describeFinding(name, finding)),
  unlisted: findings.unlisted(),
  restricts: restrictions,
});

function tableOf(checked: Checked, output: Output, stream: 'data' | 'message'): string {
  const { name, findings } = checked;
  const found = findings.listed().map((finding) => {
    const { severity, at, message, hint } = describeFinding(name, finding);
    const word = output.style(severity === 'error' ? 'red' : 'yellow', severity, stream);
    return `${inert(at)}: ${word}: ${inert(message)}\n${hint === null ? '' : `  hint: ${inert(hint)}\n`}`;
  });
  const rest = findings
    .unlisted()
    .map(({ severity, field, count }) => `… and ${numbered(count, `more ${severity}`)} of ${inert(field)}\n`);
  const count = countedIn([checked]);
  const access = checked.source === null ? '' : `; ${restrictionText(checked.restrictions)}`;
  const verdict = findings.count('error') > 0 ? 'is not right' : 'can be read';
  return [...found, ...rest, `${inert(name)} ${verdict}${count === '' ? '' : `: ${count}`}${access}\n`].join(
    '',
  );
}

/** What the labels do to access, in words. */
export function restrictionText({ sharing, listed, conditions }: Restrictions): string {
  const kinds = [...new Set(conditions.map(({ kind }) => kind))];
  const said = [
    ...(sharing === null ? [] : [`lower sharing to ${sharing}`]),
    ...(listed ? [] : ['keep the image unlisted']),
    ...(kinds.length === 0
      ? []
      : [`add ${kinds.length === 1 ? 'the condition' : 'the conditions'} ${kinds.join(', ')}`]),
  ];
  return said.length === 0 ? 'its labels restrict nothing' : `its labels ${said.join(', ')}`;
}

const messageOf = ({ message, hint }: Finding): string =>
  hint === undefined ? message : `${message}. ${hint}`;

const annotationsOf = ({ name, file, findings }: Checked): string[] =>
  findings
    .listed()
    .map((finding) =>
      annotation(
        finding.severity,
        COMMAND,
        file === null ? `${name}: ${messageOf(finding)}` : messageOf(finding),
        file === null ? null : { file, line: String(finding.position?.line ?? 1) },
      ),
    );

/** A suite for each image, a case for each field or label with findings, and one for the labels as a whole. */
function junitOf(checked: readonly Checked[]): string {
  const suites = checked.map(({ name, findings }) => {
    const listed = findings.listed();
    const fields = ['labels', ...new Set(listed.map(({ field }) => field))];
    const cases = fields.map((field) =>
      caseOf(
        name,
        field,
        listed.filter((each) => each.field === field),
      ),
    );
    const failures = cases.filter((each) => each.includes('<failure ')).length;
    const head = `name=${attribute(name)} tests="${cases.length}" failures="${failures}" errors="0" skipped="0"`;
    return [`  <testsuite ${head}>`, ...cases, '  </testsuite>'].join('\n');
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${COMMAND}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function caseOf(name: string, field: string, found: readonly Finding[]): string {
  const lines = found.map((finding) => {
    const { severity, at, message, hint } = describeFinding(name, finding);
    return `${at}: ${severity}: ${message}${hint === null ? '' : `\nhint: ${hint}`}`;
  });
  const head = `    <testcase classname=${attribute(name)} name=${attribute(field)}`;
  const first = found.find(({ severity }) => severity === 'error');
  if (first !== undefined)
    return `${head}><failure message=${attribute(first.message)}>${text(lines.join('\n'))}</failure></testcase>`;
  return lines.length === 0
    ? `${head}/>`
    : `${head}><system-out>${text(lines.join('\n'))}</system-out></testcase>`;
}
