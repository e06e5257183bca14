// The checks of a module when it is loaded, before any answer depends on it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { FederationError } from '../../../src/model/errors.ts';
import { readBundle } from '../../../src/policy/bundle/read.ts';
import { loadModule } from '../../../src/policy/wasm/module.ts';
import { WorkerPool } from '../../../src/policy/wasm/pool.ts';
import { bundleFolder, bundleOf, OPA } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';

/** (module (func $loop (loop br 0)) (start $loop)): it never comes back from being loaded. */
const ENDLESS = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0],
  ...[1, 4, 1, 0x60, 0, 0],
  ...[3, 2, 1, 0],
  ...[8, 1, 0],
  ...[10, 9, 1, 7, 0, 3, 0x40, 0x0c, 0, 0x0b, 0x0b],
);

describe('loading a module', () => {
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  let pool: WorkerPool;
  before(async () => {
    folder = await bundleFolder();
    pool = new WorkerPool({ deadline: 500, threads: 1 });
  });
  after(async () => {
    await pool.close();
    await folder[Symbol.asyncDispose]();
  });

  const refused = (path: string, message: RegExp, owner = 'federation') =>
    assert.rejects(loadModule(pool, path, owner), (error) => {
      assert(error instanceof FederationError);
      assert.equal(error.code, 'POLICY_INVALID');
      assert.equal(error.at, path);
      assert.match(error.message, message);
      return true;
    });

  test('refuses what is not WebAssembly', async () => {
    const wasm = new TextEncoder().encode('not a module');
    await refused(await folder.write('text', await bundleOf('federation', { wasm })), /not WebAssembly/);
  });

  test('refuses WebAssembly that is not a policy', async () => {
    const wasm = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
    await refused(await folder.write('empty', await bundleOf('federation', { wasm })), /does not load/);
  });

  test('ends a module that never comes back from being loaded', async () => {
    const bytes = await bundleOf('federation', { wasm: ENDLESS });
    await refused(await folder.write('endless', bytes), /does not load: not done within 1000 ms/);
  });

  describe('with the real OPA', needs('opa', OPA), () => {
    test('gives a module with its revision', async () => {
      const path = await folder.compile('esrf', { rego: 'decision := true' });
      const module = await loadModule(pool, path, 'esrf');
      assert.match(module.revision, /^sha256:/);
    });

    test('refuses a module that calls a built-in which the SDK does not have', async () => {
      const path = await folder.compile('federation', {
        rego: 'decision := http.send({"method": "get", "url": input.record.source})',
      });
      await refused(path, /built-ins that are not available here: http\.send/);
    });

    test('takes a module that calls a built-in which the SDK has', async () => {
      const path = await folder.compile('federation', {
        rego: 'decision := sprintf("%s", [input.record.title])',
      });
      await loadModule(pool, path, 'federation');
    });

    test('refuses a module whose code has another entry point than its manifest says', async () => {
      const path = await folder.compile('esrf', { rego: 'decision := true' });
      const { compiled } = await loadModule(pool, path, 'esrf');
      assert.equal(compiled.entrypoint, 'panfed/facility/esrf/decision');
      const { wasm } = await readBundle(path, 'esrf');
      await refused(
        await folder.write('federation', await bundleOf('federation', { wasm })),
        /does not have the entry point panfed\/federation\/decision/,
      );
    });
  });
});
