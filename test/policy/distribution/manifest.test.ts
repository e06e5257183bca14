import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { versionOf } from '../../../src/policy/distribution/manifest.ts';

const ROOT = 'panfed/facility/esrf';
const LEAST = { roots: [ROOT], metadata: { version: 1 } };

const read = (manifest: unknown): number =>
  versionOf(Buffer.from(JSON.stringify(manifest)), ROOT, 'bundle.tar.gz');

function refused(manifest: unknown, message: RegExp): void {
  assert.throws(() => read(manifest), {
    code: 'POLICY_INVALID',
    at: 'bundle.tar.gz',
    message,
    hint: /"roots"/,
  });
}

describe('the manifest of a lab’s bundle', () => {
  test('states its version', () => {
    assert.equal(read(LEAST), 1);
    assert.equal(read({ ...LEAST, metadata: { version: Number.MAX_SAFE_INTEGER } }), Number.MAX_SAFE_INTEGER);
  });

  test('may have what OPA writes, and what changes no meaning', () => {
    const more = { revision: '', rego_version: 1, file_rego_versions: { '/policy.rego': 1 }, wasm: [] };
    assert.equal(read({ ...LEAST, ...more, note: 'ours', metadata: { version: 3, commit: 'abc' } }), 3);
  });

  test('is there', () => {
    assert.throws(() => versionOf(undefined, ROOT, 'bundle.tar.gz'), {
      code: 'POLICY_INVALID',
      message: /has no \.manifest/,
    });
    refused(null, /not a facility’s/);
  });

  test('has a version that can only rise', () => {
    for (const version of [undefined, null, 0, -1, 1.5, '1', 2 ** 53, 1e300, true, [1]]) {
      refused({ ...LEAST, metadata: { version } }, /metadata\.version: must be a whole number of 1 or more/);
    }
    refused({ roots: [ROOT] }, /metadata/);
  });

  test('speaks for the facility alone, and for all of it', () => {
    for (const roots of [
      undefined,
      [],
      [''],
      ['panfed'],
      ['panfed/facility'],
      ['panfed/facility/desy'],
      [`${ROOT}/rules`],
      [`/${ROOT}`],
      [ROOT, 'panfed/facility/desy'],
      [ROOT, ROOT],
      ROOT,
    ]) {
      refused({ ...LEAST, roots }, /roots: /);
    }
  });

  test('is of Rego v1, and of no WASM', () => {
    refused({ ...LEAST, rego_version: 0 }, /rego_version: must be 1/);
    refused({ ...LEAST, file_rego_versions: { '*': 0 } }, /file_rego_versions\.\*: must be 1/);
    refused(
      { ...LEAST, wasm: [{ entrypoint: 'x', module: '/policy.wasm' }] },
      /WASM from elsewhere is not run/,
    );
  });

  test('has no second spelling of a key, which Go would read as the same', () => {
    refused({ ...LEAST, Roots: ['panfed'] }, /"Roots" must be written roots/);
    refused({ ...LEAST, WASM: [] }, /"WASM" must be written wasm/);
  });
});
