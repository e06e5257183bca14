import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readBounded, readFirst } from '../../src/config/bounded-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder({ after });
const path = join(folder, 'ten');
writeFileSync(path, '0123456789');

test('a file of as many bytes as are allowed is read whole', async () => {
  assert.equal(String(await readBounded(path, 10)), '0123456789');
});

test('a file of more bytes is refused, and so is a device that never ends', async () => {
  await assert.rejects(readBounded(path, 9), { code: 'EFBIG' });
  await assert.rejects(readBounded('/dev/zero', 100_000), { code: 'EFBIG' });
});

test('the first bytes of a file can be had of one that has more', async () => {
  assert.equal(String(await readFirst(path, 4)), '0123');
  assert.equal(String(await readFirst(path, 40)), '0123456789');
});

test('a pipe without a writer is not waited for where only files are wanted', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await assert.rejects(readBounded(pipe, 10, { onlyFiles: true }), { code: 'not a file' });
});

test('a file that is not there is the system’s error', async () => {
  await assert.rejects(readBounded(join(folder, 'none'), 10), { code: 'ENOENT' });
});

test('a large file comes in pieces, in order, and whole', async () => {
  const large = join(folder, 'large');
  const written = Buffer.from(Array.from({ length: 200_000 }, (_, n) => `${n}\n`).join(''));
  writeFileSync(large, written);
  const pieces: Buffer[] = [];
  const read = await readBounded(large, written.length, {
    onPiece: (piece) => pieces.push(Buffer.from(piece)),
  });
  assert.ok(read.equals(written));
  assert.ok(pieces.length > 1 && Buffer.concat(pieces).equals(written));
});

test('what does not say how large it is is read whole', async () => {
  assert.match(String(await readBounded('/proc/self/status', 100_000)), /^Name:/);
  assert.equal((await readFirst('/dev/zero', 1_000_000)).length, 1_000_000);
});

test('a read that is given up rejects with the reason', async () => {
  const reason = new Error('given up');
  await assert.rejects(readBounded('/dev/zero', 1_000_000, { signal: AbortSignal.abort(reason) }), reason);
});
