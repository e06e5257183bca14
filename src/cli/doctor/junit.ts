// A diagnosis as JUnit XML, which CI servers show: a suite for each registry, a case for each check.
// https://github.com/testmoapp/junitxml
import { inert } from '../../model/inert.ts';
import { CHECKS, type Check } from './check.ts';
import type { Diagnosis } from './diagnose.ts';

/**
 * JUnit XML (XML 1.0 in UTF-8): a suite for each registry, a case for each check, times in seconds. A warning
 * is a case that passes, with its text as output. Texts are inert. The form is that of
 * https://github.com/testmoapp/junitxml.
 */
export function junitText(diagnoses: readonly Diagnosis[]): string {
  const suites = diagnoses.map(suite);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="panfed doctor">',
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite({ name, checks, took }: Diagnosis): string {
  const count = (status: Check['status']): number => checks.filter((check) => check.status === status).length;
  const head = [
    `name=${attribute(name)}`,
    `tests="${checks.length}"`,
    `failures="${count('fail')}"`,
    `skipped="${count('skip')}"`,
    'errors="0"',
    `time="${(took / 1_000).toFixed(3)}"`,
  ];
  const cases = checks.map((check) => testCase(name, check));
  return [`  <testsuite ${head.join(' ')}>`, ...cases, '  </testsuite>'].join('\n');
}

function testCase(name: string, check: Check): string {
  const { id, status, seen } = check;
  const head = `    <testcase classname=${attribute(name)} name="${id}"`;
  if (status === 'fail') {
    return `${head}><failure message=${attribute(seen)}>${text(detail(check))}</failure></testcase>`;
  }
  if (status === 'skip') return `${head}><skipped message=${attribute(seen)}/></testcase>`;
  const told = status === 'warn' ? `warning: ${seen}\n${detail(check)}` : seen;
  return `${head}><system-out>${text(told)}</system-out></testcase>`;
}

const detail = ({ id, hint, lines }: Check): string =>
  [`why: ${CHECKS[id]}`, ...(hint === null ? [] : [`hint: ${hint}`]), ...lines].join('\n');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Without what is active, and without the two characters that XML does not have and that are not; lines stay. */
export function text(value: string): string {
  return value
    .split('\n')
    .map((line) => inert(line).replaceAll(/[\ufffe\uffff]/g, ''))
    .join('\n')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** A text as the value of an attribute, with its quotes: one line, inert and escaped. */
export const attribute = (value: string): string => `"${text(inert(value))}"`;
