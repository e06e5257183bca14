import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { packBundle } from '../../../src/authoring/build/archive.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('entries are sorted, of nobody and of no time', async () => {
  const packed = await packBundle({ '/policy.wasm': bytes('wasm'), '/.manifest': bytes('{}') });
  const entries = await unpackTar(gunzipSync(packed));
  assert.deepEqual(
    entries.map(({ header, data }) => [header.name, new TextDecoder().decode(data)]),
    [
      ['/.manifest', '{}'],
      ['/policy.wasm', 'wasm'],
    ],
  );
  for (const { header } of entries) {
    assert.deepEqual([header.uid, header.gid, header.mode, header.mtime?.getTime()], [0, 0, 0o644, 0]);
  }
});

test('the gzip header has no time, name or system that differs', async () => {
  const packed = await packBundle({ '/a': bytes('a') });
  const [magic1, magic2, deflate, flags, ...rest] = packed;
  assert.deepEqual([magic1, magic2, deflate, flags], [0x1f, 0x8b, 8, 0]);
  assert.deepEqual(rest.slice(0, 4), [0, 0, 0, 0]);
});

test('the order in which files are given does not matter', async () => {
  const one = await packBundle({ '/a': bytes('1'), '/b': bytes('2') });
  const other = await packBundle({ '/b': bytes('2'), '/a': bytes('1') });
  assert.deepEqual(one, other);
});
