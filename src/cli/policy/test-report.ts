// The outcome of policies' tests: as a table for people, JSON, JUnit's XML for a CI's own display, and the workflow
// commands that put a failure beside its line in GitHub.

import { isFailure, type PolicyTest } from '../../authoring/evaluate/test.ts';
import { inert } from '../../model/inert.ts';
import { jsonText, type Output } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import { annotation, type Line } from '../terminal/workflow-command.ts';

/** Values of `--format` of `panfed policy test`. */
export const TEST_FORMATS = ['table', 'json', 'junit', 'github'] as const;
export type TestFormat = (typeof TEST_FORMATS)[number];

/**
 * The report in one of the formats (`junit`: JUnit's XML; `json`: one document); `table` and `github` count by owner
 * first, then list the failures.
 */
export function testReport(format: TestFormat, tests: readonly PolicyTest[], output: Output): string {
  if (format === 'json') return jsonText(tests);
  if (format === 'junit') return junit(tests);
  if (format === 'github') return summary(tests, output) + tests.filter(isFailure).map(annotated).join('');
  return summary(tests, output) + tests.filter(isFailure).map(failureText).join('');
}

function summary(tests: readonly PolicyTest[], output: Output): string {
  const count = (owner: string, which: (test: PolicyTest) => boolean) =>
    String(tests.filter((test) => test.owner === owner && which(test)).length);
  return table(
    [
      { title: 'OWNER', cell: (owner: string) => owner },
      { title: 'PASSED', cell: (owner) => count(owner, ({ outcome }) => outcome === 'passed') },
      { title: 'FAILED', cell: (owner) => count(owner, isFailure) },
      { title: 'SKIPPED', cell: (owner) => count(owner, ({ outcome }) => outcome === 'skipped') },
    ],
    ownersOf(tests),
    output,
  );
}

function ownersOf(tests: readonly PolicyTest[]): string[] {
  return [...new Set(tests.map(({ owner }) => owner))];
}

function failureText({ at, name, outcome, detail }: PolicyTest): string {
  return `${inert(`${at}: ${name} ${outcome}${detail === null ? '' : `: ${detail}`}`)}\n`;
}

/** JUnit XML as CI servers read it: https://github.com/testmoapp/junitxml */
function junit(tests: readonly PolicyTest[]): string {
  const suites = ownersOf(tests).map((owner) => {
    const own = tests.filter((test) => test.owner === owner);
    return `  <testsuite name=${quoted(owner)} ${counts(own)}>\n${own.map(testcase).join('')}  </testsuite>\n`;
  });
  const open = `<testsuites name="panfed policy test" ${counts(tests)}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${open}\n${suites.join('')}</testsuites>\n`;
}

function counts(tests: readonly PolicyTest[]): string {
  const count = (...outcomes: readonly string[]) =>
    tests.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const failures = count('failed', 'differs');
  return `tests="${tests.length}" failures="${failures}" errors="${count('error')}" skipped="${count('skipped')}"`;
}

function testcase({ owner, name, at, outcome, detail }: PolicyTest): string {
  const { file, line } = placeIn(at);
  const open = `    <testcase classname=${quoted(owner)} name=${quoted(name)} file=${quoted(file)} line=${quoted(line)}`;
  if (outcome === 'passed') return `${open}/>\n`;
  if (outcome === 'skipped') return `${open}><skipped/></testcase>\n`;
  const element = outcome === 'error' ? 'error' : 'failure';
  const text = `<${element} message=${quoted(detail ?? outcome)} type=${quoted(outcome)}>`;
  return `${open}>${text}${escaped(at)}</${element}></testcase>\n`;
}

function annotated({ at, name, outcome, detail }: PolicyTest): string {
  const title = `${name} ${outcome}`;
  return annotation('error', title, detail ?? title, placeIn(at));
}

function placeIn(at: string): Line {
  const colon = at.lastIndexOf(':');
  return { file: at.slice(0, colon), line: at.slice(colon + 1) };
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 allows neither control characters, which `inert` removes, nor U+FFFE and U+FFFF. */
function escaped(text: string): string {
  return inert(text.toWellFormed())
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
