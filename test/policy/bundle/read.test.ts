import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { FederationError } from '../../../src/model/errors.ts';
import { BUNDLE_BYTES } from '../../../src/policy/bundle/manifest.ts';
import { readBundle } from '../../../src/policy/bundle/read.ts';
import type { Bucket } from '../../../src/policy/decisions/time.ts';
import { bundleFolder, bundleOf } from '../../support/policies.ts';

const wasm = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
const reads = [['record', 'sharing']];
const text = (value: string) => new TextEncoder().encode(value);

describe('a policy bundle', () => {
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  before(async () => {
    folder = await bundleFolder();
  });
  after(() => folder[Symbol.asyncDispose]());

  async function refused(bytes: Uint8Array, message: RegExp, owner = 'federation') {
    const path = await folder.write('bundle', bytes);
    await assert.rejects(readBundle(path, owner), (error) => {
      assert(error instanceof FederationError);
      assert.equal(error.code, 'POLICY_INVALID');
      assert.equal(error.at, path);
      assert.match(error.message, message);
      return true;
    });
  }

  test('is read with its revision computed from what it holds', async () => {
    const path = await folder.write('bundle', await bundleOf('esrf', { wasm, reads }));
    const bundle = await readBundle(path, 'esrf');
    assert.equal(bundle.entrypoint, 'panfed/facility/esrf/decision');
    assert.deepEqual(bundle.wasm, wasm);
    assert.deepEqual(bundle.reads, reads);
    assert.match(bundle.revision, /^sha256:/);
  });

  test('can be read for each owner of the project', async () => {
    for (const owner of ['federation', 'preference', 'desy', 'elettra', 'esrf']) {
      const path = fileURLToPath(new URL(`../../../policies/bundle/${owner}.tar.gz`, import.meta.url));
      assert.equal((await readBundle(path, owner)).owner, owner);
    }
  });

  test('of another owner is refused', async () => {
    await refused(await bundleOf('esrf', { wasm }), /"esrf"’s and was expected to be "desy"/, 'desy');
  });

  test('with another entry point is refused', async () => {
    await refused(
      await bundleOf('esrf', { wasm }, { metadata: { entrypoint: 'panfed/federation/decision' } }),
      /entry point is not panfed\/facility\/esrf\/decision/,
      'esrf',
    );
    await refused(
      await bundleOf(
        'esrf',
        { wasm },
        { manifest: { wasm: [{ module: '/policy.wasm', entrypoint: 'panfed/x' }] } },
      ),
      /entry point/,
      'esrf',
    );
  });

  test('whose code was exchanged is refused, whatever its manifest says', async () => {
    const changed = Uint8Array.from([...wasm, 0]);
    await refused(
      await bundleOf('federation', { wasm }, { files: { '/policy.wasm': changed } }),
      /calls itself sha256:.* and holds sha256:/,
    );
  });

  test('that would read a whole record, labels, subject or input is refused', async () => {
    for (const whole of [['record'], ['subject'], ['record', 'labels'], []]) {
      await refused(await bundleOf('federation', { wasm, reads: [...reads, whole] }), /reads/);
    }
  });

  test('that reads the time and declares no bucket of it, or an unknown bucket, is refused', async () => {
    const iff = /if, and only if, it declares a bucket/;
    for (const path of [['request'], ['request', 'time'], ['request', 'time', 'hour']]) {
      await refused(await bundleOf('federation', { wasm, reads: [path] }), iff);
      const time = { bucket: 7 as Bucket };
      await refused(await bundleOf('federation', { wasm, reads: [path], time }), /bucket/);
    }
    await refused(await bundleOf('federation', { wasm, reads, time: { bucket: 3_600 } }), iff);
  });

  test('whose bucket is not what its revision says is refused', async () => {
    const timed = { wasm, reads: [['request', 'time', 'hour']], time: { bucket: 3_600 as const } };
    const other = { metadata: { time: { bucket: 60 } } };
    await refused(await bundleOf('federation', timed, other), /calls itself sha256:.* and holds sha256:/);
  });

  test('whose key paths are not lists of names is refused', async () => {
    for (const wrong of ['record', [1], ['record', ''], { 0: 'record' }]) {
      await refused(await bundleOf('federation', { wasm }, { metadata: { reads: [wrong] } }), /reads/);
    }
  });

  test('with an unknown key in its metadata is refused', async () => {
    await refused(await bundleOf('federation', { wasm }, { metadata: { trusted: true } }), /trusted/);
  });

  test('whose data were exchanged, or came in later, is refused: they are part of its revision', async () => {
    const files = { '/data.json': text('{"allow":true}') };
    await refused(await bundleOf('federation', { wasm }, { files }), /calls itself sha256:/);
    const other = await bundleOf('federation', { wasm, data: text('{"allow":false}') }, { files });
    await refused(other, /calls itself sha256:/);
  });

  test('has data, or none if they are empty', async () => {
    const data = text('{"panfed":{"federation":{"x":1}}}');
    const path = await folder.write('federation', await bundleOf('federation', { wasm, data }));
    assert.deepEqual((await readBundle(path, 'federation')).data, data);
    for (const nothing of ['{}', ' {\n}\n']) {
      const files = { '/data.json': text(nothing) };
      const without = await folder.write('federation', await bundleOf('federation', { wasm }, { files }));
      assert.equal((await readBundle(without, 'federation')).data, null);
    }
  });

  test('without a part is refused', async () => {
    await refused(
      await bundleOf('federation', { wasm }, { files: { '/policy.wasm': undefined } }),
      /no \/policy\.wasm/,
    );
    await refused(
      await bundleOf('federation', { wasm }, { files: { '/.manifest': undefined } }),
      /no \/\.manifest/,
    );
    await refused(await bundleOf('federation', { wasm }, { files: { '/.manifest': text('{') } }), /not JSON/);
  });

  test('with a file twice is refused', async () => {
    const header = { name: '/policy.wasm', size: wasm.byteLength };
    const entry = { header, body: wasm };
    await refused(gzipSync(await packTar([entry, entry])), /twice/);
  });

  test('that is not an archive is refused', async () => {
    await refused(text('<html>not found</html>'), /not a gzipped tar/);
    await refused(gzipSync(text('x'.repeat(4_096))), /not a gzipped tar|no \/\.manifest/);
    const whole = await bundleOf('federation', { wasm });
    await refused(whole.subarray(0, whole.byteLength / 2), /not a gzipped tar/);
  });

  test('that inflates beyond its bound is refused', async () => {
    await refused(gzipSync(Buffer.alloc(BUNDLE_BYTES + 1)), /at most 48 MiB/);
  });

  test('that is larger than its bound is not read', async () => {
    await refused(Buffer.alloc(BUNDLE_BYTES + 1), /larger than/);
  });

  test('that is missing, or a folder, is refused', async () => {
    await assert.rejects(readBundle(join(folder.path, 'absent'), 'esrf'), { code: 'POLICY_INVALID' });
    await writeFile(join(folder.path, 'present'), '');
    await assert.rejects(readBundle(folder.path, 'esrf'), { code: 'POLICY_INVALID' });
  });
});
