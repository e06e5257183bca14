import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { createDemoIssuer } from '../../src/identity/demo.ts';
import { findCredential, publishCredential } from '../../src/identity/demo-state.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const credential = async () => (await createDemoIssuer({ facilities: [], clock: SYSTEM_CLOCK })).credential;
const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

const folders = temporaryFolder({ after });
let root = folders;
/** Each test has a folder of its own, in which nothing is. */
beforeEach(({ name }) => {
  root = join(folders, encodeURIComponent(name));
  mkdirSync(root);
});

const place = () => ({ env: { XDG_STATE_HOME: join(root, 'state') }, home: join(root, 'home') });

describe('the credential of a demo', () => {
  test('is written whole, readable only by its user, and found by its port', async () => {
    const mine = await credential();
    const { path } = publishCredential(4000, mine, place());
    const folder = join(root, 'state', 'panfed');
    assert.equal(path, join(folder, 'demo-4000.json'));
    assert.deepEqual([await mode(folder), await mode(path)], ['700', '600']);
    assert.deepEqual(await readdir(folder), ['demo-4000.json']);
    assert.deepEqual(findCredential(4000, place()), mine);
    assert.equal(findCredential(4001, place()), null);
  });

  test('closes a folder that others could read', async () => {
    const folder = join(root, 'state', 'panfed');
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await chmod(folder, 0o755);
    publishCredential(4000, await credential(), place());
    assert.equal(await mode(folder), '700');
  });

  test('goes to the next folder where one cannot be written', async () => {
    await writeFile(join(root, 'state'), 'a file where the folder should be');
    const { path } = publishCredential(4000, await credential(), place());
    assert.equal(path, join(root, 'home', '.local', 'state', 'panfed', 'demo-4000.json'));
    assert.notEqual(findCredential(4000, place()), null);
  });

  test('is null where no folder can be written', async () => {
    await writeFile(join(root, 'state'), '');
    await writeFile(join(root, 'home'), '');
    const published = publishCredential(4000, await credential(), place());
    assert.equal(published.path, null);
    published.remove();
    assert.equal(findCredential(4000, place()), null);
  });

  test('is removed at the end, unless a later demo has replaced it', async () => {
    const [first, second] = [await credential(), await credential()];
    const one = publishCredential(4000, first, place());
    const two = publishCredential(4000, second, place());
    one.remove();
    assert.deepEqual(findCredential(4000, place()), second);
    two.remove();
    assert.equal(findCredential(4000, place()), null);
    two.remove();
  });

  test('is not read from a file that no demo wrote', async () => {
    const { path } = publishCredential(4000, await credential(), place());
    assert.ok(path !== null);
    const written = JSON.parse(await readFile(path, 'utf8'));
    for (const content of [
      '',
      '{}',
      '[]',
      JSON.stringify({ ...written, issuer: 'https://aai.esrf.eu' }),
      JSON.stringify({ ...written, more: 1 }),
      JSON.stringify(written) + ' '.repeat(4_096),
    ]) {
      await writeFile(path, content);
      assert.equal(findCredential(4000, place()), null);
    }
  });
});
