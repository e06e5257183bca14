import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { blocksOf } from './support/markdown.ts';
import { showsTheTruth } from './support/shown.ts';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

showsTheTruth('README.md');

/** Commands of README.md that no test runs, since they run the tests or make what tests need: who runs them. */
const ELSEWHERE: Readonly<Record<string, { readonly file: string; readonly as: RegExp }>> = {
  'npm test': { file: '.ci/run', as: /npm test\b/ },
  'npm run types': { file: '.ci/run', as: /npm run --silent types$/m },
  'npm run lint': { file: '.ci/run', as: /npm run --silent lint$/m },
  // All of it takes minutes and means nothing on a machine that does other things: the test takes it small and once.
  'npm run bench': { file: 'test/bench.test.ts', as: /bench\/main\.ts/ },
  '.ci/run': { file: 'README.md', as: /`\.ci\/run` is everything that must hold before a change/ },
};

describe('the commands of README.md that no test runs', () => {
  test('are known, and each is run elsewhere', () => {
    const blocks = blocksOf(read('README.md')).filter(({ words }) => 'elsewhere' in words);
    const commands = blocks.flatMap(({ lines }) => lines.map((line) => line.replace(/^\$ /, '')));
    assert.deepEqual(commands.toSorted(), Object.keys(ELSEWHERE).toSorted());
    for (const { file, as } of Object.values(ELSEWHERE)) assert.match(read(file), as);
  });

  test('npm ci, which has a stand-in for the test of README.md, is done in CI', () => {
    assert.match(read('.ci/run'), /npm ci$/m);
  });
});
