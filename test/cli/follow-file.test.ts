import assert from 'node:assert/strict';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { followFile } from '../../src/cli/follow-file.ts';
import { fingerprintOf } from '../../src/policy/activation/file-fingerprint.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder({ after });

test('a file that is saved in place, by rename, or deleted and made anew has changed once each', async () => {
  const path = join(folder, 'catalog.yaml');
  await writeFile(path, 'a');
  const stop = new AbortController();
  let wake = () => {};
  const changed = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const read = await fingerprintOf(path);
  let changes = 0;
  const following = followFile({ path, read, stop: stop.signal, interval: 5 }, async () => {
    changes += 1;
    wake();
  });
  const saves = [
    () => writeFile(path, 'bb'),
    async () => {
      await writeFile(`${path}.new`, 'cc');
      await rename(`${path}.new`, path);
    },
    () => rm(path),
    () => writeFile(path, 'bb'),
  ];
  for (const save of saves) {
    const seen = changed();
    await save();
    await seen;
  }
  stop.abort();
  await following;
  assert.equal(changes, saves.length);
});
