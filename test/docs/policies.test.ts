// The pages for policy authors: what they show is so, and each of the federation's rules has its page. The references are
// held where they are made.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { computeSchema } from '../../src/config/compute.ts';
import { repositorySchema } from '../../src/config/repository.ts';
import { trustSchema } from '../../src/config/trust.ts';
import { readBundle } from '../../src/policy/bundle/read.ts';
import { readLabels } from '../support/labels.ts';
import { blocksOf, linksOf, tableBelow } from '../support/markdown.ts';
import { showsTheTruth } from '../support/shown.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

const RULES = 'docs/policies/rules';
const pages = readdirSync(new URL(RULES, root))
  .filter((name) => name !== 'README.md')
  .map((name) => ({ name, text: read(`${RULES}/${name}`) }));

showsTheTruth('docs/policies/tutorial.md', { demo: false });
// The tutorial runs `policy eval` in a process of its own.
for (const { name } of pages) showsTheTruth(`${RULES}/${name}`, { demo: false, evalHere: true });

describe('the pages of the federation’s rules', () => {
  test('are one or more of each file of rules, and listed', () => {
    const rego = readdirSync(new URL('policies/federation/', root)).filter(
      (name) => name.endsWith('.rego') && !name.endsWith('_test.rego'),
    );
    const told = new Set(pages.flatMap(({ text }) => regoOf(text)));
    assert.deepEqual([...told].sort(), rego.sort());
    const listed = new Set(linksOf(read(`${RULES}/README.md`)).map(({ target }) => target));
    assert.deepEqual(
      pages.map(({ name }) => name).filter((name) => !listed.has(name)),
      [],
    );
  });

  test('list each reason of the federation’s policy on one page, with its texts', async () => {
    const { reasons } = await readBundle(
      fileURLToPath(new URL('policies/bundle/federation.tar.gz', root)),
      'federation',
    );
    const known = Object.entries(reasons).map(([code, { message, remedy }]) => [code, message, remedy ?? '']);
    const told = pages.flatMap(({ text }) => reasonsOf(text).map((row) => row.slice(0, 3)));
    assert.deepEqual(told.sort(), known.sort());
  });

  test('list the actions that a reason denies as the reference does', () => {
    const reference = tableBelow(read('docs/policies/reasons.md'), 'federation').map((row) =>
      row.slice(0, 4),
    );
    const told = pages.flatMap(({ text }) => reasonsOf(text));
    assert.deepEqual(told.sort(), reference.sort());
  });

  for (const { name, text } of pages) {
    test(`${name} says what the rule is, what to avoid and prefer, why, and what comes of it`, () => {
      assert.deepEqual(text.match(/^## .*/gm), [
        '## It says',
        '## Avoid',
        '## Prefer',
        '## Why',
        '## Reasons',
        '## For example',
      ]);
      assert.ok(regoOf(text).length > 0);
      const examples = section(text, 'For example');
      assert.ok(blocksOf(examples).length > 0);
      const codes = reasonsOf(text).map(([code = '']) => code);
      assert.ok(codes.length === 0 || codes.some((code) => examples.includes(` ${code} `)), codes.join(', '));
    });

    test(`${name}: what a facility is to write is what federation.yaml and labels understand`, () => {
      for (const heading of ['Avoid', 'Prefer']) {
        for (const { language, lines } of blocksOf(section(text, heading))) {
          if (language === 'yaml') entriesSchema.parse(parse(lines.join('\n')));
          if (language === 'dockerfile') assert.deepEqual(readLabels(labelsOf(lines)).problems, []);
        }
      }
    });
  }
});

/** A part of a registry's, or of a facility's. */
const entriesSchema = z.union([
  z.strictObject({ repositories: z.array(repositorySchema).min(1) }),
  z.strictObject({ trust: trustSchema }),
  z.strictObject({ compute: z.array(computeSchema).min(1) }),
]);

function regoOf(page: string): string[] {
  return linksOf(page)
    .map(({ target }) => /policies\/federation\/(.*\.rego)$/.exec(target)?.[1])
    .filter((name) => name !== undefined);
}

function reasonsOf(page: string): string[][] {
  return section(page, 'Reasons').includes('\n|') ? tableBelow(page, 'Reasons') : [];
}

function section(page: string, heading: string): string {
  return page.slice(page.indexOf(`\n## ${heading}\n`) + 1).split('\n## ')[0] ?? '';
}

function labelsOf(lines: readonly string[]): Record<string, string> {
  const pairs = [...lines.join(' ').matchAll(/([\w.]+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, name, value]) => [name, value]));
}
