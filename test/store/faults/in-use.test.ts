// A SQLite store has one gateway at a time, whichever way the second one comes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { describe, test } from 'node:test';
import { openStore } from '../../../src/store/open.ts';
import { makeSqlitePlace, type SqlitePlace } from '../../support/engines.ts';
import { clientOf, SECRET } from '../../support/store-client.ts';
import { tampered } from '../../support/stored-crawls.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** What another process gets that opens the store: a code, or `opened`. */
function inAnotherProcess({ path }: SqlitePlace): string {
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', OPENING, path], {
    encoding: 'utf8',
  });
  return stdout.trim();
}

const OPENING = `
  import { openStore } from '${new URL('../../../dist/store/open.js', import.meta.url)}';
  const place = { kind: 'sqlite', path: process.argv[1] };
  const code = await openStore({ place, secret: Buffer.alloc(32, 7) }).then(() => 'opened', ({ code }) => code);
  console.log(code);
`;

describe('a store that a gateway has', () => {
  test('is refused to a second one in another process, and had by it afterwards', async (context) => {
    const place = await makeSqlitePlace(context);
    const { client } = await clientOf(context, place);
    assert.equal(inAnotherProcess(place), 'STORE_IN_USE');
    await client.state.write([{ key: 'key', value: 1 }]);
    await client.close();
    assert.equal(inAnotherProcess(place), 'opened');
  });

  test('is refused to a second one in its own process, which takes nothing from the first', async (context) => {
    const place = await makeSqlitePlace(context);
    const { client } = await clientOf(context, place);
    await assert.rejects(clientOf(context, place), {
      code: 'STORE_IN_USE',
      at: place.path,
      hint: /`store: \{ sqlite: <path> \}`/,
    });
    assert.equal(inAnotherProcess(place), 'STORE_IN_USE');
    await client.state.write([{ key: 'key', value: 1 }]);
    assert.deepEqual(client.health(), { status: 'OK' });
  });

  test('is refused by another name of it as well', async (context) => {
    const place = await makeSqlitePlace(context);
    const store = await openStore({ place, secret: SECRET });
    context.after(() => store.close());
    const link = `${temporaryFolder(context)}/linked.sqlite`;
    symlinkSync(place.path, link);
    await assert.rejects(clientOf(context, { kind: 'sqlite', path: link }), { code: 'STORE_IN_USE' });
  });

  test('has its lock again after somebody removed that', async (context) => {
    const place = await makeSqlitePlace(context);
    const { client } = await clientOf(context, place);
    rmSync(`${place.path}-lock`);
    await client.state.write([{ key: 'key', value: 1 }]);
    assert.equal(inAnotherProcess(place), 'STORE_IN_USE');
  });
});

describe('a store of a newer panfed', () => {
  test('is refused to a gateway at its start, with both versions and what to do', async (context) => {
    const place = await makeSqlitePlace(context);
    await (await openStore({ place, secret: SECRET })).close();
    await tampered(place, (db) => db.updateTable('meta').set({ value: '99' }).execute());
    await assert.rejects(clientOf(context, place), {
      code: 'STORE_NEWER',
      message: /version 99 .* knows \d+/,
      hint: /Start the panfed that wrote it or a newer one/,
    });
  });
});
