import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { openStore } from '../../../src/store/open.ts';
import { copySqlite } from '../../../src/store/upkeep/copy.ts';
import { inspectStore, readBack } from '../../../src/store/upkeep/inspect.ts';
import { needsPrlimit } from '../../support/limited-store.ts';
import { FACTS, KEY, stored } from '../../support/stored-crawls.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SECRET = Buffer.alloc(32, 7);
const sqlite = (path: string) => ({ kind: 'sqlite', path }) as const;

describe('a copy of a SQLite store', () => {
  test('is made while a gateway has it, is whole, and for its user alone', async (context) => {
    const folder = temporaryFolder(context);
    const place = sqlite(`${folder}/store.sqlite`);
    const store = await openStore({ place, secret: SECRET });
    context.after(() => store.close());
    await stored(store, ['{"a":1}', '{"b":1}']);
    copySqlite(place.path, `${folder}/copy.sqlite`);
    await stored(store, ['{"later":1}'], { ...FACTS, generation: 'g2' });

    const { registries, nodes, findings } = await readBack(sqlite(`${folder}/copy.sqlite`), SECRET);
    assert.deepEqual([registries, nodes, findings], [1, 2, []]);
    assert.equal(statSync(`${folder}/copy.sqlite`).mode & 0o777, 0o600);
  });

  test('is a store that a gateway can have', async (context) => {
    const folder = temporaryFolder(context);
    const store = await openStore({ place: sqlite(`${folder}/store.sqlite`), secret: SECRET });
    await stored(store, ['{"a":1}']);
    await store.close();
    copySqlite(`${folder}/store.sqlite`, `${folder}/copy.sqlite`);
    const again = await openStore({ place: sqlite(`${folder}/copy.sqlite`), secret: SECRET });
    context.after(() => again.close());
    assert.equal((await again.crawls.find(KEY))?.nodes, 1);
  });

  test('has what a gateway acknowledged before it was killed', async (context) => {
    const folder = temporaryFolder(context);
    const path = `${folder}/store.sqlite`;
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', KILLED, path]);
    assert.equal(signal, 'SIGKILL');
    copySqlite(path, `${folder}/copy.sqlite`);
    assert.deepEqual((await inspectStore(sqlite(`${folder}/copy.sqlite`))).documents, 1);
    assert.deepEqual((await readBack(sqlite(`${folder}/copy.sqlite`), SECRET)).findings, []);
  });

  test('whose disk has no room names itself, not the store', needsPrlimit, async (context) => {
    const folder = temporaryFolder(context);
    const path = `${folder}/store.sqlite`;
    const store = await openStore({ place: sqlite(path), secret: SECRET });
    await stored(
      store,
      Array.from({ length: 400 }, () => JSON.stringify(randomBytes(500).toString('hex'))),
    );
    await store.close();
    const node = [process.execPath, '--input-type=module', '--eval', COPIES, path, `${folder}/copy.sqlite`];
    const { stdout } = spawnSync('prlimit', ['--fsize=100000:', ...node], { encoding: 'utf8' });
    const { code, at, hint } = JSON.parse(stdout);
    assert.deepEqual([code, at], ['USAGE', `${folder}/copy.sqlite`]);
    assert.match(hint, /Make room on its disk/);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('copy')),
      [],
    );
  });

  test('replaces no file, and leaves nothing behind where it fails', async (context) => {
    const folder = temporaryFolder(context);
    const path = `${folder}/store.sqlite`;
    await (await openStore({ place: sqlite(path), secret: SECRET })).close();
    writeFileSync(`${folder}/mine`, 'mine');
    assert.throws(() => copySqlite(path, `${folder}/mine`), { code: 'USAGE', at: `${folder}/mine` });
    assert.equal(statSync(`${folder}/mine`).size, 4);
    assert.throws(() => copySqlite(path, `${folder}/none/copy`), { code: 'USAGE' });
    writeFileSync(`${folder}/junk`, 'junk '.repeat(2_000));
    assert.throws(() => copySqlite(`${folder}/junk`, `${folder}/copy`), { code: 'STORE_DAMAGED' });
    assert.throws(() => copySqlite(`${folder}/no-store`, `${folder}/copy`), { code: 'STORE_UNAVAILABLE' });
    assert.deepEqual(
      readdirSync(folder).filter((name) => !name.startsWith('store.sqlite')),
      ['junk', 'mine'],
    );
  });
});

/** A process that copies, and says what it throws. */
const COPIES = `
  import { copySqlite } from '${new URL('../../../dist/store/upkeep/copy.js', import.meta.url)}';
  try {
    copySqlite(process.argv[1], process.argv[2]);
  } catch ({ code, at, hint }) {
    console.log(JSON.stringify({ code, at, hint }));
  }
`;

/** A process that is killed as soon as the store has acknowledged a document. */
const KILLED = `
  import { openStore } from '${new URL('../../../dist/store/open.js', import.meta.url)}';
  const place = { kind: 'sqlite', path: process.argv[1] };
  const store = await openStore({ place, secret: Buffer.alloc(32, 7) });
  const digest = 'sha256:${'2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae'}';
  const key = { facility: 'esrf', registry: 'main', kind: 'oci', address: 'https://registry.esrf.example', mapping: 1 };
  await store.documents.write(key, 'em/relion', [{ digest, bytes: Buffer.from('foo') }]);
  process.kill(process.pid, 'SIGKILL');
`;
