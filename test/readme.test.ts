import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { blocksOf } from './support/markdown.ts';
import { follow, showsTheTruth } from './support/shown.ts';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

showsTheTruth('README.md');

/** Commands of README.md that no test runs, since they run the tests or make what tests need: who runs them. */
const ELSEWHERE: Readonly<Record<string, { readonly file: string; readonly as: RegExp }>> = {
  'npm test': { file: '.ci/run', as: /npm test\b/ },
  'npm run test:bench': { file: '.ci/run', as: /test:bench\b/ },
  'npm run test:registries': { file: '.ci/run', as: /npm run --silent test:registries$/m },
  'npm run test:cluster': { file: '.ci/run', as: /npm run --silent test:cluster$/m },
  'npm run test:long': { file: '.ci/run', as: /npm run test:long\b/ },
  'npm run types': { file: '.ci/run', as: /npm run --silent types$/m },
  'npm run lint': { file: '.ci/run', as: /npm run --silent lint$/m },
  // All of it takes minutes and means nothing on a machine that does other things: the test takes it small and once.
  'npm run bench': { file: 'test/bench.test.ts', as: /bench\/main\.ts/ },
  'sudo apt-get install docker-registry skopeo umoci': {
    file: '.ci/run',
    as: /\bdocker-registry skopeo umoci; do/,
  },
  // cosign is built when the fixtures are made, which verification is tested by: in no CI.
  'cosign generate-key-pair': {
    file: 'test/fixtures/signatures/make/signing.ts',
    as: /'generate-key-pair'/,
  },
  'cosign sign --key cosign.key 127.0.0.1:5001/tomography/tofu:0.13.1': {
    file: 'test/fixtures/signatures/make/cosign.ts',
    as: /'sign', /,
  },
  '.ci/run': { file: 'README.md', as: /`\.ci\/run` \| is everything that must hold before a change/ },
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

describe('a document that is followed', () => {
  /** Its blocks one after another; gives what is wrong at its end. */
  async function endOf(text: string): Promise<unknown> {
    const followed = await follow('a document', text, { demo: false, update: false });
    try {
      for (const index of blocksOf(text).keys()) await followed.hold(index);
      return await followed.holdEnd().catch((error: unknown) => error);
    } finally {
      await followed.close();
    }
  }
  const console = (...lines: string[]): string => ['```console', ...lines, '```', ''].join('\n');

  test('has one shell, and is accepted where it leaves nothing behind', async () => {
    const text = [
      console('$ mkdir my-folder && cd my-folder', '$ LATER=known'),
      console('$ pwd | grep -o my-folder; echo "$LATER"', 'my-folder', 'known', '$ cd ..'),
    ];
    assert.equal(await endOf(text.join('')), undefined);
  });

  test('is refused where a token stays exported', async () => {
    assert.match(String(await endOf(console('$ export PANFED_TOKEN=a.b.c'))), /\+ .*PANFED_TOKEN/);
  });

  test('is refused where it overwrites a file of the clone', async () => {
    const text = 'Save it as `federation.yaml`:\n\n```yaml file=federation.yaml\ndemo: true\n```\n';
    assert.match(String(await endOf(text)), /\+ .* M federation\.yaml/);
  });

  test('is refused where it leaves a file in the clone', async () => {
    assert.match(String(await endOf(console('$ touch catalog.yaml'))), /\+ .*\?\? catalog\.yaml/);
  });

  test('is refused where it does not come back to the clone', async () => {
    assert.match(String(await endOf(console('$ mkdir my-folder && cd my-folder'))), /\+ .*my-folder/);
  });

  test('is refused where it does not say what to save a file as', async () => {
    await assert.rejects(endOf('Save it:\n\n```yaml file=my-file.yaml\ndemo: true\n```\n'), /my-file\.yaml/);
  });

  test('is refused where it asks npx for panfed outside of the clone', async () => {
    await assert.rejects(endOf(console('$ cd / && npx panfed help')), /public registry/);
  });
});
