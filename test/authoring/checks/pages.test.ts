import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { compilePolicy } from '../../../src/authoring/build/compile.ts';
import { checkPolicy } from '../../../src/authoring/check.ts';
import { CHECK_KINDS, FORMAT, REFUSED_ANSWER } from '../../../src/authoring/checks/all.ts';
import { askingCompiled } from '../../../src/authoring/evaluate/compiled-answers.ts';
import { refusedBySpread } from '../../../src/authoring/evaluate/refused.ts';
import { formatProblems } from '../../../src/authoring/source/format.ts';
import { blocksOf, tableBelow } from '../../support/markdown.ts';
import { facility, needsOpa, opa } from '../opa.ts';
import { denying, restricting } from './found.ts';

const folder = new URL('../../../docs/policies/checks/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

/** The example in a policy that has the rest of it. */
function policyOf(example: string): string {
  if (example.startsWith('package ')) return `${example}\n`;
  const rules = example.includes('decision :=')
    ? example
    : example.includes('denied contains')
      ? denying(example)
      : restricting(example.includes('default usable') ? example : `default usable := false\n\n${example}`);
  return `package panfed.facility.psi\n\n${rules}\n`;
}

/** An example that is not Rego is a policy's data; one that begins with a comment of its data has both. */
function filesOf(example: string): Readonly<Record<string, string>> {
  const data = /^# data\.json: (.*)\n/.exec(example);
  if (data !== null) {
    return { 'decision.rego': policyOf(example.slice(data[0].length)), 'data.json': data[1] ?? '' };
  }
  if (!example.startsWith('{')) return { 'decision.rego': policyOf(example) };
  return { 'decision.rego': policyOf('usable if input.record.listed == true'), 'data.json': example };
}

/** What is found in an example; `all`: also by what takes a while and is not what its page is about. */
async function found(context: TestContext, example: string, page: string, all: boolean): Promise<string[]> {
  const { owner } = await facility(context, 'psi', filesOf(example));
  const { problems, warnings } = await checkPolicy(opa, owner);
  // What does not parse has no layout.
  const parses = problems.every(({ check }) => check !== 'compiles');
  const layout = parses && (all || page === FORMAT.name) ? await formatProblems(opa, owner) : [];
  // Asked of the compiled policy, which takes a second: where it is what the page is about.
  const refused =
    page === REFUSED_ANSWER.name && problems.length === 0
      ? await askingCompiled(owner, await compilePolicy(opa, owner, { onlyToLoad: true }), (ask) =>
          refusedBySpread(opa, owner, ask),
        )
      : [];
  return [...problems, ...warnings, ...layout, ...refused].map(({ check }) => check);
}

test('each check has a page, and each page a check', () => {
  const pages = readdirSync(folder).filter((name) => name !== 'README.md');
  assert.deepEqual(pages.sort(), CHECK_KINDS.map(({ name }) => `${name}.md`).sort());
});

test('README.md lists the checks with their severity, and whether they can be switched off', () => {
  const told = tableBelow(read('README.md'), 'The checks of `panfed policy check`').map((row) =>
    row.slice(0, 3),
  );
  assert.deepEqual(
    told,
    CHECK_KINDS.map(({ name, severity, canBeAllowed }) => [
      `[${name}](${name}.md)`,
      severity,
      canBeAllowed ? 'yes' : 'no',
    ]),
  );
});

describe('the page of a check', needsOpa, () => {
  for (const { name, severity, canBeAllowed } of CHECK_KINDS) {
    const text = read(`${name}.md`);
    const examples = (heading: string) =>
      blocksOf(text.slice(text.indexOf(`## ${heading}`)).split('\n## ')[0] ?? '').map(({ lines }) =>
        lines.join('\n'),
      );

    test(`${name}: says how serious it is, what to avoid and prefer, and why`, () => {
      assert.match(text, new RegExp(`^# ${name}\n\nAn? ${severity}`));
      assert.equal(text.includes('cannot be switched off'), severity === 'error' && !canBeAllowed);
      assert.deepEqual(text.match(/^## .*/gm), ['## Avoid', '## Prefer', '## Why']);
      assert.ok(examples('Prefer').length > 0);
    });

    test(`${name}: finds what is to be avoided, and nothing in what is preferred`, async (context) => {
      for (const example of examples('Avoid')) {
        assert.ok((await found(context, example, name, false)).includes(name), example);
      }
      for (const example of examples('Prefer'))
        assert.deepEqual(await found(context, example, name, true), [], example);
    });
  }
});
