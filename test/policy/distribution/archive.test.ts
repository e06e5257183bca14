import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { FederationError } from '../../../src/model/errors.ts';
import { SOURCE_BOUNDS, unpackSource } from '../../../src/policy/distribution/archive.ts';
import { type BundleFile, tarOf } from '../../support/signed-bundle.ts';

const ROOT = 'panfed/facility/esrf';

const unpack = (archive: Uint8Array) => unpackSource(archive, ROOT, 'bundle.tar.gz');
const file = (name: string, body = ''): BundleFile => ({ name, body });

async function refused(archive: Uint8Array, message: RegExp): Promise<void> {
  await assert.rejects(unpack(archive), (error: FederationError) => {
    assert.match(error.message, message);
    assert.equal(error.code, 'POLICY_INVALID');
    assert.equal(error.at, 'bundle.tar.gz');
    assert.ok(error.hint);
    return true;
  });
}

const refusedWith = async (message: RegExp, ...entries: BundleFile[]) =>
  refused(gzipSync(await tarOf(entries)), message);

describe('the archive of a bundle', () => {
  test('has files by their paths from its root', async () => {
    const archive = gzipSync(
      await tarOf([
        { name: 'rules/', body: '', type: 'directory' },
        file('/policy.rego', 'a'),
        file('./rules/more.rego', 'b'),
        file('règles.rego'),
        file('data.json', '{}'),
        file(`${ROOT}/beamlines/data.json`, '{}'),
        file('.manifest', '{}'),
        file('.signatures.json', '{}'),
      ]),
    );
    const files = await unpack(archive);
    assert.deepEqual(
      [...files.keys()],
      [
        'policy.rego',
        'rules/more.rego',
        'règles.rego',
        'data.json',
        `${ROOT}/beamlines/data.json`,
        '.manifest',
        '.signatures.json',
      ],
    );
    assert.equal(Buffer.from(files.get('rules/more.rego') ?? '').toString(), 'b');
  });

  test('is bounded before and after it is decompressed', async () => {
    await refused(new Uint8Array(SOURCE_BOUNDS.packed + 1), /larger than 16 MiB/);
    const bomb = gzipSync(new Uint8Array(SOURCE_BOUNDS.unpacked + 1));
    assert.ok(bomb.length < 65_536);
    await refused(bomb, /holds more than 32 MiB/);
    const members = Buffer.concat(Array.from({ length: 40 }, () => gzipSync(new Uint8Array(1_048_576))));
    await refused(members, /holds more than 32 MiB/);
  });

  test('is a whole one', async () => {
    const tar = await tarOf([file('policy.rego', 'x'.repeat(2_000))]);
    const damaged = Buffer.from(tar);
    damaged[0] = 'q'.charCodeAt(0);
    await refused(new Uint8Array(0), /not gzip, or it is damaged/);
    await refused(tar, /not gzip/);
    await refused(gzipSync(tar).subarray(0, -12), /not gzip, or it is damaged/);
    for (const wrong of [
      damaged,
      tar.subarray(0, 1_024),
      tar.subarray(0, -1_024),
      Buffer.concat([tar, Buffer.from('more')]),
      Buffer.from('no archive'),
    ]) {
      await refused(gzipSync(wrong), /not a tar archive, or it is damaged/);
    }
  });

  test('has no more than 1,024 entries', async () => {
    const many = Array.from({ length: 1_025 }, (_, index) => file(`rule${index}.rego`));
    await refusedWith(/more than 1024 files/, ...many);
    await refusedWith(
      /more than 1024 files/,
      ...many.map(({ name }) => ({ name: `${name}/`, body: '', type: 'directory' as const })),
    );
  });

  test('has no path that leads out of it, or that some system reads differently', async () => {
    for (const name of [
      '../policy.rego',
      '/../policy.rego',
      'rules/../../policy.rego',
      '//policy.rego',
      '/./policy.rego',
      'rules//policy.rego',
      'rules/./policy.rego',
      '..\\policy.rego',
      'C:policy.rego',
      '.hidden.rego',
      '.git/policy.rego',
      'rules/.manifest',
      '-rf.rego',
      ' policy.rego',
      'a\u202egor.rego',
      'a\n.rego',
      '.manifest.pb',
    ]) {
      await refusedWith(/the bundle holds the path/, file(name));
    }
    await refusedWith(/the bundle holds the path/, { name: '../rules/', body: '', type: 'directory' });
    await refusedWith(
      /more than 255 bytes/,
      file(`${'a/'.repeat(126)}.rego`.replace('/.rego', '/rule.rego')),
    );
    await refusedWith(/more than 255 bytes/, file(`${'é'.repeat(126)}.rego`));
  });

  test('shows no active character of a path in its messages', async () => {
    const archive = gzipSync(await tarOf([file('a\u202e\u001b[31m.rego')]));
    await assert.rejects(unpack(archive), (error: Error) => {
      assert.doesNotMatch(error.message, /[\p{Cc}\p{Cf}]/u);
      return true;
    });
  });

  for (const type of ['symlink', 'link', 'character-device', 'block-device', 'fifo'] as const) {
    test(`has no ${type}`, async () => {
      await refusedWith(new RegExp(`"policy\\.rego" is a ${type}, not a file`), {
        name: 'policy.rego',
        body: '',
        type,
        linkname: '/etc/passwd',
      });
    });
  }

  test('has no two files that are the same on some system', async () => {
    await refusedWith(/holds "policy\.rego" twice/, file('policy.rego'), file('/policy.rego'));
    await refusedWith(/holds "policy\.rego" twice/, file('policy.rego'), file('./policy.rego'));
    await refusedWith(/which are the same file on some systems/, file('policy.rego'), file('Policy.rego'));
    await refusedWith(/which are the same file on some systems/, file('r\u00e9.rego'), file('re\u0301.rego'));
    await refusedWith(/holds "\.manifest" twice/, file('.manifest'), file('/.manifest'));
  });

  test('has no file that is a folder as well', async () => {
    await refusedWith(/as a file and "a\.rego\/b\.rego" below it/, file('a.rego/b.rego'), file('a.rego'));
  });

  test('has nothing that is not part of a policy’s source', async () => {
    const stranger = /which is not part of a policy’s source/;
    for (const name of [
      'policy.wasm',
      'policy.rego.bak',
      'data.yaml',
      'data.yml',
      'patch.json',
      'plan.json',
      'README.md',
      'more.json',
      'panfed/facility/desy/data.json',
      'panfed/facility/data.json',
      'panfed/facility/esrf-2/data.json',
      'manifest',
    ]) {
      await refusedWith(stranger, file(name));
    }
    await assert.rejects(unpack(gzipSync(await tarOf([file('policy.wasm')]))), {
      hint: /Ship the Rego itself/,
    });
  });
});
