// A disk without room, and files that the gateway's user may not write: the store says so, what it acknowledged can be
// read where the system allows it, and it is written again as soon as it can be.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { openStore } from '../../../src/store/open.ts';
import { bundleTests } from '../../runner/bundle.ts';
import { makeSqlitePlace } from '../../support/engines.ts';
import {
  type LimitedStore,
  limitFiles,
  needsPrlimit,
  startLimitedStore,
} from '../../support/limited-store.ts';
import { textsOf } from '../../support/numbered-crawls.ts';
import { needs, onPath } from '../../support/real.ts';
import { SECRET } from '../../support/store-client.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NODES = textsOf(1).length;
const isRoot = process.getuid?.() === 0;

/** Root without what puts it above the rights of files: what is said to it, any other user is told as well. */
const WITHOUT_PRIVILEGE = isRoot ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search,-fowner'] : [];

const needsSetpriv = needs('setpriv of util-linux', isRoot ? onPath('setpriv') : 'not needed');

/** A disk of 4 MiB of its own at a folder, which is gone with the process. */
const withDisk = (folder: string): string[] => [
  ...['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs -o size=4m tmpfs "$0" && exec "$@"'],
  folder,
];

/** Options of a test that needs such a disk; a container may give no right to it, not even to root. */
function needsDisk(): { skip: string } | Record<string, never> {
  const [command = '', ...args] = [...withDisk('/tmp'), 'true'];
  if (spawnSync(command, args, { stdio: 'ignore' }).status === 0) return {};
  return { skip: 'this process may not mount a disk of its own' };
}

let script = '';
before(async () => {
  const bundle = await bundleTests(['test/support/store-process.ts']);
  process.once('exit', bundle.remove);
  [script = ''] = bundle.files;
});

/** That nothing can be written for one reason, which is said once, and that what was acknowledged is there. */
async function isOnlyRead(store: LimitedStore, message: RegExp): Promise<void> {
  for (const [method, argument] of [
    ['write', 'second'],
    ['crawl', '2'],
    ['write', 'third'],
  ] as const) {
    await assert.rejects(
      store.ask(method, argument),
      (error: Record<string, string>) =>
        error.code === 'STORE_UNAVAILABLE' &&
        message.test(error.message ?? '') &&
        /used again by itself/.test(error.hint ?? ''),
    );
  }
  assert.equal(await store.ask('read'), 'first');
  assert.equal(await store.ask('crawled'), NODES);
  assert.equal((await store.ask<{ status: string }>('health')).status, 'FAILING');
  assert.deepEqual(
    store.log().map(({ level }) => level),
    [50],
  );
}

async function isUsedAgain(store: LimitedStore): Promise<void> {
  await store.ask('crawl', '3');
  await store.ask('write', 'fourth');
  assert.equal(await store.ask('crawled'), textsOf(3).length);
  assert.equal(await store.ask('read'), 'fourth');
  assert.deepEqual(await store.ask('health'), { status: 'OK' });
  assert.equal(store.log().at(-1)?.msg, 'the store can be used again');
}

describe('a store whose disk is full', () => {
  test('can be read, and is written as soon as there is room', needsDisk(), async (context) => {
    const folder = temporaryFolder(context);
    const place = { kind: 'sqlite', path: `${folder}/store.sqlite` } as const;
    const store = await startLimitedStore(context, script, place, withDisk(folder));
    await store.ask('write', 'first');
    await store.ask('crawl', '1');
    await store.ask('fill', `${folder}/others`);
    await isOnlyRead(store, /its disk is full \(SQLITE_FULL\)/);
    await store.ask('empty', `${folder}/others`);
    await isUsedAgain(store);
    await store.close();
  });

  test(
    'can be read where a limit of its user is why, and is written as soon as that is lifted',
    needsPrlimit,
    async (context) => {
      const place = await makeSqlitePlace(context);
      const store = await startLimitedStore(context, script, place);
      await store.ask('write', 'first');
      await store.ask('crawl', '1');
      limitFiles(store.pid, 16_384);
      await isOnlyRead(store, /its disk does not read or write \(SQLITE_IOERR_WRITE\)/);
      limitFiles(store.pid, null);
      await isUsedAgain(store);
      await store.close();
    },
  );
});

describe('a store that its user may not write', needsSetpriv, () => {
  test('because its folder is read-only keeps no gateway from starting, and is made as soon as it can be', async (context) => {
    const folder = `${temporaryFolder(context)}/state`;
    mkdirSync(folder, { mode: 0o500 });
    const place = { kind: 'sqlite', path: `${folder}/store.sqlite` } as const;
    const store = await startLimitedStore(context, script, place, WITHOUT_PRIVILEGE);
    await assert.rejects(
      store.ask('write', 'first'),
      (error: Record<string, string>) =>
        error.code === 'STORE_UNAVAILABLE' &&
        error.at === place.path &&
        /user may not open it \(EACCES\)/.test(error.message ?? '') &&
        /with `chown`/.test(error.hint ?? ''),
    );
    assert.equal((await store.ask<{ status: string }>('health')).status, 'FAILING');
    chmodSync(folder, 0o700);
    await isUsedAgain(store);
    await store.close();
  });

  test(
    'because it belongs to another is used as soon as it is given to the gateway’s user',
    isRoot ? {} : { skip: 'it takes root to give a file to another user' },
    async (context) => {
      const place = await makeSqlitePlace(context);
      const before = await openStore({ place, secret: SECRET });
      await before.state.write([{ key: 'key', value: 'first' }]);
      await before.close();
      chownSync(place.path, 65_534, 65_534);
      const store = await startLimitedStore(context, script, place, WITHOUT_PRIVILEGE);
      await assert.rejects(
        store.ask('read'),
        (error: Record<string, string>) =>
          error.at === place.path && /user may not open it \(EACCES\)/.test(error.message ?? ''),
      );
      chownSync(place.path, 0, 0);
      assert.equal(await store.ask('read'), 'first');
      await isUsedAgain(store);
      await store.close();
    },
  );

  test(
    'because its disk was mounted to be read is used as soon as it can be written',
    needsDisk(),
    async (context) => {
      const folder = temporaryFolder(context);
      const place = { kind: 'sqlite', path: `${folder}/store.sqlite` } as const;
      const before = await openStore({ place, secret: SECRET });
      await before.state.write([{ key: 'key', value: 'first' }]);
      await before.close();
      const readOnly = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
      const command = ['unshare', '--mount', 'sh', '-c', readOnly, folder];
      const store = await startLimitedStore(context, script, place, command);
      await assert.rejects(store.ask('write', 'second'), (error: Record<string, string>) =>
        /it is read-only \(EROFS\)/.test(error.message ?? ''),
      );
      execFileSync('nsenter', ['-t', `${store.pid}`, '-m', 'mount', '-o', 'remount,rw,bind', folder]);
      assert.equal(await store.ask('read'), 'first');
      await isUsedAgain(store);
      await store.close();
    },
  );
});
