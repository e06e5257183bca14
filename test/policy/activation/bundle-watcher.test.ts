import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import pino from 'pino';
import { FederationError } from '../../../src/model/errors.ts';
import { type WatchedBundles, watchBundles } from '../../../src/policy/activation/bundle-watcher.ts';

const INTERVAL = 20;

describe('the files of bundles', () => {
  let folder: string;
  let bundles: WatchedBundles;
  let changed: string[][];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'panfed-test-follow-'));
    for (const owner of ['federation', 'esrf']) await writeFile(join(folder, owner), 'first');
    changed = [];
  });
  afterEach(async () => {
    await bundles.close();
    await rm(folder, { recursive: true, force: true });
  });

  const follow = async (interval = INTERVAL) => {
    bundles = await watchBundles({
      files: ['federation', 'esrf'].map((owner) => ({ owner, path: owner })),
      baseDirectory: folder,
      interval,
      logger: pino({ level: 'silent' }),
    });
  };
  const start = () =>
    bundles.start(async (changes) => {
      changed.push(
        changes.map(({ owner, path }) => {
          assert.equal(path, join(folder, owner));
          return owner;
        }),
      );
    });
  const until = async (condition: () => boolean) => {
    while (!condition()) await setTimeout(INTERVAL / 4);
  };
  const looks = (count: number) => setTimeout(count * INTERVAL * 2);

  test('are not a change while they stay as they were', async () => {
    await follow();
    start();
    await looks(4);
    assert.deepEqual(changed, []);
  });

  test('are a change once however they were written, also by a rename or in place with the same size', async () => {
    await follow();
    start();
    await writeFile(join(folder, 'esrf'), 'other');
    await until(() => changed.length === 1);
    await writeFile(join(folder, 'esrf.new'), 'young');
    await rename(join(folder, 'esrf.new'), join(folder, 'esrf'));
    await until(() => changed.length === 2);
    await looks(3);
    assert.deepEqual(changed, [['esrf'], ['esrf']]);
  });

  test('are a change if they were written while they were loaded at the start', async () => {
    await follow();
    await writeFile(join(folder, 'federation'), 'second');
    start();
    await until(() => changed.length === 1);
    assert.deepEqual(changed, [['federation']]);
  });

  test('are a change when they are removed, and when they come back', async () => {
    await follow();
    start();
    await rm(join(folder, 'esrf'));
    await until(() => changed.length === 1);
    await writeFile(join(folder, 'esrf'), 'again');
    await until(() => changed.length === 2);
    assert.deepEqual(changed, [['esrf'], ['esrf']]);
  });

  test('wait until they are no longer written', async () => {
    // So long that no pause of a busy machine is taken for the end.
    const interval = 1_000;
    await follow(interval);
    start();
    const file = join(folder, 'federation');
    const begun = performance.now();
    let text = 'second';
    while (performance.now() - begun < 3 * interval) {
      text += ', and more';
      await writeFile(file, text);
      await setTimeout(interval / 50);
      assert.deepEqual(changed, []);
    }
    await until(() => changed.length === 1);
  });

  test('are tried again, if the engine had no time for them, until it has', async () => {
    await follow();
    let tries = 0;
    bundles.start(async () => {
      tries++;
      if (tries < 3) throw new FederationError('NOT_READY', 'too much waits');
    });
    await writeFile(join(folder, 'esrf'), 'other');
    await until(() => tries === 3);
    await looks(3);
    assert.equal(tries, 3);
  });

  test('are not polled if polling is off, or after closing', async () => {
    await follow(0);
    start();
    await writeFile(join(folder, 'esrf'), 'other');
    await looks(3);
    await follow();
    start();
    await bundles.close();
    await writeFile(join(folder, 'esrf'), 'another');
    await looks(3);
    assert.deepEqual(changed, []);
  });
});
