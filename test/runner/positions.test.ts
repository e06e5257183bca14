import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bundleTests } from './bundle.ts';
import { sourcePositions } from './positions.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
mkdirSync(join(ROOT, '.cache'), { recursive: true });
const folder = temporaryFolder({ after }, join(ROOT, '.cache'));

/** What comes of text that is written in these parts. */
async function printed(...parts: readonly (string | Buffer)[]): Promise<string> {
  const stream = sourcePositions();
  for (const part of parts) stream.write(part);
  stream.end();
  return text(stream);
}

test('a position in a bundled file is shown as its source’s, however a stack writes it and wherever it is cut', async () => {
  const source = relative(ROOT, join(folder, 'thrown.ts'));
  writeFileSync(source, 'export const one: number = 1;\n\n\nthrow new Error(String(one));\n');
  const bundle = await bundleTests([source]);
  const [file = ''] = bundle.files;
  const address = join(ROOT, file);
  const error: unknown = await import(address).then(
    () => assert.fail('nothing was thrown'),
    (reason: unknown) => reason,
  );
  const position = /(:\d+:\d+)\)?$/m.exec((error as Error).stack ?? '')?.[1] ?? '';
  for (const path of [file, address, `file://${address}`]) {
    assert.equal(await printed(`at (${path}${position})\n`), `at (${source}:4:7)\n`, path);
    const [begin, end] = [`at ${path.slice(0, 30)}`, `${path.slice(30)}${position}`];
    assert.equal(await printed(begin, end), `at ${source}:4:7`, path);
  }
  bundle.remove();
});

test('a test file as a whole, which has no position in its source, is shown by its name', async () => {
  assert.equal(await printed('at .cache/suite/1/test/x.test.mjs:1:1\n'), 'at test/x.test.ts:1:1\n');
});

test('all else is shown as it is: also a file that is gone, half a character, and dots one by one', async () => {
  const gone = 'at .cache/suite/1/shared/GONE.mjs:1:1\n';
  const [first, second] = [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)];
  assert.equal(await printed(gone, first, second, '..', '.'), `${gone}é...`);
  const stream = sourcePositions();
  stream.write('.');
  assert.equal(String(stream.read()), '.');
});
