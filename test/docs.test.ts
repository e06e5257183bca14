import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ERRORS } from '../src/model/errors.ts';
import { readBundle } from '../src/policy/bundle/read.ts';
import { startSmallDemo } from './support/gateway.ts';
import { readLabels } from './support/labels.ts';
import { anchorsOf, blocksOf, linksOf, tableBelow } from './support/markdown.ts';
import { showsTheTruth } from './support/shown.ts';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const docs = readdirSync(new URL('docs/', root), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name.replaceAll('\\', '/')}`);
const documents = ['README.md', 'CHANGELOG.md', 'vocabularies/README.md', ...docs].sort();

showsTheTruth('docs/graphql.md');
showsTheTruth('docs/joining.md', { demo: false });
showsTheTruth('docs/labels.md', { demo: false });
showsTheTruth('docs/policies/diff.md', { demo: false });
showsTheTruth('docs/policies/explain.md');
showsTheTruth('docs/policies/data.md', { demo: false });
showsTheTruth('docs/policies/time.md', { demo: false });
showsTheTruth('docs/operating.md');

describe('the documents', () => {
  for (const path of documents) {
    test(`${path} links to what is there`, () => {
      const dead = linksOf(read(path)).filter(({ target }) => !leadsSomewhere(path, target));
      assert.deepEqual(dead, []);
    });
  }

  test('are all reached from README.md', () => {
    const reached = new Set<string>();
    const follow = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const { target } of linksOf(read(path))) {
        const file = fileOf(path, target);
        if (file?.endsWith('.md')) follow(file);
      }
    };
    follow('README.md');
    assert.deepEqual(
      docs.filter((path) => !reached.has(path)),
      [],
    );
  });

  test('make folders of different names, so that one can be followed after another', () => {
    const made = documents.flatMap((path) =>
      blocksOf(read(path))
        .filter(({ language }) => language === 'console')
        .flatMap(({ lines }) => lines.map((line) => /^\$ mkdir (?:-p )?([\w-]+).* && cd/.exec(line)?.[1]))
        .filter((name) => name !== undefined),
    );
    assert.ok(made.length > 5, made.join(' '));
    assert.deepEqual(made, [...new Set(made)]);
  });

  test('docs/graphql.md has every error code, with its HTTP status and exit code', () => {
    const told = tableBelow(read('docs/graphql.md'), 'Errors').map(([code, http, exit]) => [
      code,
      http,
      exit,
    ]);
    const known = Object.entries(ERRORS).map(([code, { http, exit }]) => [code, String(http), String(exit)]);
    assert.deepEqual(told, known);
  });

  test('docs/policies/reasons.md has the reason codes of the bundles in force, with their texts', async () => {
    for (const owner of ['federation', 'desy', 'elettra', 'esrf']) {
      const told = tableBelow(read('docs/policies/reasons.md'), owner).map((row) => row.slice(0, 3));
      const path = fileURLToPath(new URL(`policies/bundle/${owner}.tar.gz`, root));
      const { reasons } = await readBundle(path, owner);
      const known = Object.entries(reasons).map(([code, { message, remedy }]) => [
        code,
        message,
        remedy ?? '',
      ]);
      assert.deepEqual(told, known);
    }
  });

  test('docs/joining.md names labels that are understood, each with a value that says something', () => {
    const labels = tableBelow(read('docs/joining.md'), 'Labels');
    assert.ok(labels.length > 20);
    for (const [label = '', , example = ''] of labels) {
      const facts = readLabels({ [label]: example });
      assert.deepEqual(facts.problems, [], label);
      assert.notDeepEqual(facts, readLabels({}), label);
    }
  });

  test('docs/operating.md has every metric of panfed', async (context) => {
    const demo = await startSmallDemo();
    context.after(() => demo.close());
    const metrics = await demo.metrics();
    const known = [...metrics.matchAll(/^# HELP (panfed_\w+) /gm)].map(([, name]) => name);
    const told = tableBelow(read('docs/operating.md'), 'Metrics').map(([name]) => name);
    assert.deepEqual(told.toSorted(), known.toSorted());
  });
});

/** The file that a link leads to, from the project's folder; null for an address elsewhere. */
function fileOf(path: string, target: string): string | null {
  if (/^[a-z]+:/.test(target)) return null;
  const [file = ''] = target.split('#');
  return file === '' ? path : posix.join(posix.dirname(path), file);
}

function leadsSomewhere(path: string, target: string): boolean {
  const file = fileOf(path, target);
  if (file === null) return URL.canParse(target);
  if (file.startsWith('../') || !existsSync(fileURLToPath(new URL(file, root)))) return false;
  const [, anchor] = target.split('#');
  return anchor === undefined || anchorsOf(read(file)).has(anchor);
}
