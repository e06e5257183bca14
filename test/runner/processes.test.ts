import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { byProcess, type TestFile, writeEntries } from './processes.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
mkdirSync(join(ROOT, '.cache'), { recursive: true });
const folder = temporaryFolder({ after }, join(ROOT, '.cache'));

const file = (source: string, text = ''): TestFile => ({ source, text, bundled: join(folder, source) });

test('a few files share a process, in their order, and each has one', () => {
  const files = Array.from({ length: 20 }, (_, n) => file(`test/model/n${n}.test.ts`));
  const groups = byProcess(files);
  assert.ok(groups.length > 1 && groups.length < 20, `${groups.length} processes`);
  assert.deepEqual(groups.flat(), files);
});

test('a file has a process of its own where it starts what is whole, or changes or measures its process', () => {
  const alone = [
    file('test/e2e/start.test.ts', "import { startServe } from '../support/serve.ts';"),
    file('test/readme.test.ts'),
    file('test/cli/folder.test.ts', 'process.chdir(folder);'),
    file('test/cli/environment.test.ts', 'process.env.TMPDIR = folder;'),
    file('test/sources/parse.test.ts', 'monitorEventLoopDelay()'),
  ];
  const groups = byProcess([...alone, file('test/model/a.test.ts'), file('test/model/b.test.ts')]);
  assert.deepEqual(
    groups.map((group) => group.length),
    [1, 1, 1, 1, 1, 2],
  );
});

test('those that take longest come first, and fewer of them share a process', () => {
  const named = (folder: string, names: string, text = '') =>
    [...names].map((name) => file(`test/${folder}/${name}.test.ts`, text));
  const gateways = named('e2e', 'abcdef');
  const policies = named('authoring', 'abcdefgh', "import { opa } from './opa.ts';");
  const others = named('catalog', 'abcd');
  const stores = named('store', 'abc', "import { makeSqlitePlace } from '../support/engines.ts';");
  assert.deepEqual(byProcess([...policies, ...others, ...gateways, ...stores]), [
    stores.slice(0, 2),
    stores.slice(2),
    gateways.slice(0, 4),
    gateways.slice(4),
    policies.slice(0, 7),
    policies.slice(7),
    others,
  ]);
});

test('the files of one process are suites by their names: one that fails or cannot start fails alone', () => {
  const texts = {
    'good.test.mjs': "import { test } from 'node:test';\ntest('passes', () => {});\n",
    'none.test.mjs': "throw new Error('cannot start');\n",
    'last.test.mjs': "import { test } from 'node:test';\ntest('passes too', () => {});\n",
  };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  const entries = writeEntries([Object.keys(texts).map((name) => file(name))], folder);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const run = () => execFileSync(process.execPath, ['--test', '--test-reporter=tap', ...entries], { env });
  let printed = '';
  assert.throws(run, (error: { stdout: Buffer }) => {
    printed = error.stdout.toString();
    return true;
  });
  assert.match(printed, /^ok \d+ - good\.test\.mjs$/m);
  assert.match(printed, /^not ok \d+ - none\.test\.mjs$/m);
  assert.match(printed, /^ok \d+ - last\.test\.mjs$/m);
  assert.match(printed, /passes too/);
});
