import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bundleTests } from './bundle.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
// Where Node finds the project's dependencies.
mkdirSync(join(ROOT, '.cache'), { recursive: true });
const folder = temporaryFolder({ after }, join(ROOT, '.cache'));

/** A source in the folder, by its path from the project's. */
function source(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return relative(ROOT, join(folder, name));
}

test('a bundled file runs without a loader, knows its source’s address, and is gone when it is removed', async () => {
  source('part.ts', 'export const part: string = import.meta.url;');
  const path = source(
    'whole.ts',
    "import { part } from './part.ts';\nconsole.log(part, import.meta.url, import.meta.dirname);",
  );
  const bundle = await bundleTests([path]);
  const [file = ''] = bundle.files;
  const addresses = ['part.ts', 'whole.ts'].map((name) => pathToFileURL(join(folder, name)).href);
  const told = execFileSync(process.execPath, [file], { encoding: 'utf8' });
  assert.equal(told, `${addresses.join(' ')} ${folder}\n`);
  bundle.remove();
  assert.equal(existsSync(file), false);
});

test('what a package of CommonJS exports has its names, also where it is loaded later', async () => {
  const path = source(
    'later.ts',
    "import { Pool } from 'undici';\nconst { Agent } = await import('undici');\nconsole.log(typeof Pool, typeof Agent);",
  );
  const bundle = await bundleTests([path]);
  const [file = ''] = bundle.files;
  assert.equal(execFileSync(process.execPath, [file], { encoding: 'utf8' }), 'function function\n');
  bundle.remove();
});

test('packages of many small files are in the bundle, whichever way they require what Node has; others are not', async () => {
  const path = source(
    'packages.ts',
    "import { buildSchema } from 'graphql';\nimport { pino } from 'pino';\nimport { Agent } from 'undici';\nimport { parse } from 'yaml';\nconsole.log(typeof buildSchema('type Query { a: Int }'), typeof pino, typeof Agent, parse('1'));",
  );
  const bundle = await bundleTests([path]);
  const [file = ''] = bundle.files;
  assert.equal(execFileSync(process.execPath, [file], { encoding: 'utf8' }), 'object function function 1\n');
  const left = [...readFileSync(file, 'utf8').matchAll(/^import .* from ["']([\w-]+)["'];$/gm)];
  assert.deepEqual([...new Set(left.map(([, name]) => name))], ['pino']);
  bundle.remove();
});
