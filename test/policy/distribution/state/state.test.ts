// What is remembered of labs' policies: on disk, sealed, across restarts, for several processes at once.

import assert from 'node:assert/strict';
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { digestOf } from '../../../../src/model/digest.ts';
import { FederationError } from '../../../../src/model/errors.ts';
import { folderState } from '../../../../src/policy/distribution/state/folder-state.ts';
import { memoryState } from '../../../../src/policy/distribution/state/memory-state.ts';
import type { KeptRecord, PolicyState } from '../../../../src/policy/distribution/state/state.ts';
import { createStateSigner } from '../../../../src/policy/distribution/state/state-signer.ts';
import fc, { runs } from '../../../support/fast-check.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const SECRET = 'a secret of the federation, of 32 bytes or more';

async function folder(context: TestContext): Promise<string> {
  const path = temporaryFolder(context);
  return join(path, 'policies');
}

const open = (path: string, secret = SECRET): Promise<PolicyState> =>
  folderState(path, createStateSigner(secret));

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** A record of a source and of the bundle that was made of it, both of any text. */
function recordOf(version: number, content = `bundle ${version}`, source = `source ${version}`): KeptRecord {
  return {
    owner: 'desy',
    version,
    signed: digestOf(bytes(source)),
    source: digestOf(bytes(`archive of ${source}`)),
    trust: { algorithm: 'ES256', keyId: 'desy-2026', scope: 'panfed/facility/desy', thumbprint: 'abc' },
    bundle: digestOf(bytes(content)),
  };
}

const keep = (state: PolicyState, version: number, content = `bundle ${version}`, source?: string) =>
  state.keep(recordOf(version, content, source), bytes(content));

/** What a new process reads: the version, and the bundle's text. */
async function found(state: PolicyState): Promise<readonly [number, string] | null> {
  const record = await state.latest('desy');
  return record === null ? null : [record.version, Buffer.from(await state.bundle(record)).toString()];
}

const code = (wanted: string) => (error: unknown) =>
  error instanceof FederationError && error.code === wanted;

for (const [kind, make] of [
  ['in a folder', async (context: TestContext) => open(await folder(context))],
  ['in memory', async () => memoryState()],
] as const) {
  describe(`the state ${kind}`, () => {
    test('has nothing at first, and then the last that was kept', async (context) => {
      const state = await make(context);
      assert.equal(await found(state), null);
      await keep(state, 1);
      await keep(state, 7);
      assert.deepEqual(await found(state), [7, 'bundle 7']);
    });

    test('refuses an older version, and another bundle of the same one, each by its own message', async (context) => {
      const state = await make(context);
      await keep(state, 5);
      await assert.rejects(keep(state, 4), /has version 4, and version 5 was in force already/);
      await assert.rejects(keep(state, 5, 'other', 'another source'), /another bundle of version 5/);
      await assert.rejects(keep(state, 4), code('POLICY_REPLAYED'));
      assert.deepEqual(await found(state), [5, 'bundle 5']);
    });

    test('takes the same source for the same, whatever archive it came in', async (context) => {
      const state = await make(context);
      await keep(state, 5);
      const source = digestOf(bytes('compressed anew'));
      await state.keep({ ...recordOf(5), source }, bytes('bundle 5'));
      assert.equal((await state.latest('desy'))?.source, source);
    });

    test('takes what the same source was built to anew', async (context) => {
      const state = await make(context);
      await keep(state, 5);
      await keep(state, 5, 'built by another OPA');
      assert.deepEqual(await found(state), [5, 'built by another OPA']);
    });

    test('remembers what was refused until nothing is', async (context) => {
      const state = await make(context);
      const refusal = {
        owner: 'desy',
        code: 'POLICY_INVALID',
        message: 'line 1',
        hint: null,
        source: digestOf(bytes('x')),
        at: 1_000,
      } as const;
      await state.refuse('desy', refusal);
      assert.deepEqual(await state.refusal('desy'), refusal);
      assert.equal(await state.refusal('esrf'), null);
      await state.refuse('desy', null);
      assert.equal(await state.refusal('desy'), null);
    });
  });
}

describe('the state in a folder', () => {
  test('survives the process', async (context) => {
    const path = await folder(context);
    await keep(await open(path), 3);
    const next = await open(path);
    assert.deepEqual(await found(next), [3, 'bundle 3']);
    await assert.rejects(keep(next, 2), code('POLICY_REPLAYED'));
  });

  test('is for its user alone, and holds the latest alone', async (context) => {
    const path = await folder(context);
    const state = await open(path);
    for (const version of [1, 2, 3]) await keep(state, version);
    const names = await readdir(join(path, 'desy'));
    assert.deepEqual(names.sort(), [`3.${recordOf(3).bundle.slice(7)}.tar.gz`, '3.jws']);
    for (const [each, mode] of [
      [path, 0o700],
      [join(path, 'desy'), 0o700],
    ] as const) {
      assert.equal((await stat(each)).mode & 0o777, mode);
    }
    for (const name of names) assert.equal((await stat(join(path, 'desy', name))).mode & 0o777, 0o600);
  });

  test('is made for its user alone, with the folders above it that are missing', async (context) => {
    const path = await folder(context);
    await open(join(path, 'a', 'b'));
    for (const each of [path, join(path, 'a'), join(path, 'a', 'b')]) {
      assert.equal((await stat(each)).mode & 0o777, 0o700);
    }
  });

  test('leaves a folder that was there with the mode that it has', async (context) => {
    const path = await folder(context);
    await mkdir(path);
    await chmod(path, 0o755);
    await keep(await open(path), 1);
    assert.equal((await stat(path)).mode & 0o777, 0o755);
  });

  test('is kept on where a mount has opened it to its group', async (context) => {
    const path = await folder(context);
    await keep(await open(path), 1);
    for (const each of [path, join(path, 'desy')]) await chmod(each, 0o2770);
    await keep(await open(path), 2);
  });

  for (const mode of [0o1777, 0o777, 0o702]) {
    test(`is not put where everybody can write (${mode.toString(8)}), whose mode stays`, async (context) => {
      if (process.geteuid === undefined) return context.skip('there are no modes');
      const path = await folder(context);
      await mkdir(path);
      await chmod(path, mode);
      await assert.rejects(open(path), (error: unknown) => {
        assert.ok(error instanceof FederationError);
        assert.deepEqual([error.code, error.at], ['CONFIG_INVALID', path]);
        assert.match(`${error.message} ${error.hint}`, /can be written by everybody Name a folder in it/);
        return true;
      });
      assert.equal((await stat(path)).mode & 0o7777, mode);
      await keep(await open(join(path, 'below')), 1);
    });
  }

  test('is not put into another user’s folder, which stays as it is', async (context) => {
    const user = process.geteuid?.();
    if (user === undefined) return context.skip('there are no users');
    const path = user === 0 ? await folder(context) : '/';
    if (user === 0) {
      await mkdir(path);
      await chown(path, 65_534, 65_534);
    }
    const before = await stat(path);
    await assert.rejects(open(path), { code: 'CONFIG_INVALID', at: path, message: /is another user’s/ });
    const { uid, mode } = await stat(path);
    assert.deepEqual([uid, mode], [before.uid, before.mode]);
  });

  test('removes what a process that ended while it wrote left behind, and no draft of now', async (context) => {
    const path = await folder(context);
    const state = await open(path);
    await keep(state, 1);
    const [old, fresh] = ['.00000000-0000-4000-8000-000000000001', '.00000000-0000-4000-8000-000000000002'];
    for (const draft of [old, fresh]) await writeFile(join(path, 'desy', String(draft)), 'half');
    await utimes(join(path, 'desy', String(old)), 0, 0);
    await keep(state, 2);
    const names = await readdir(join(path, 'desy'));
    assert.deepEqual(
      names.filter((name) => name.startsWith('.')),
      [fresh],
    );
  });

  for (const [what, damage] of [
    ['was damaged', (record: string) => writeFile(record, 'x')],
    ['is empty', (record: string) => writeFile(record, '')],
    ['is larger than any', (record: string) => writeFile(record, Buffer.alloc(1_000_000))],
    [
      'was changed by one bit',
      async (record: string) => {
        const content = await readFile(record);
        const at = Math.floor(content.length / 2);
        content[at] = (content[at] ?? 0) ^ 1;
        await writeFile(record, content);
      },
    ],
    ['was given another version', (record: string) => rename(record, record.replace('2.jws', '9.jws'))],
  ] as const) {
    test(`gives nothing and accepts nothing if its record ${what}, and says what to do`, async (context) => {
      const path = await folder(context);
      const state = await open(path);
      await keep(state, 2);
      await damage(join(path, 'desy', '2.jws'));
      for (const asked of [found(state), keep(state, 3)]) {
        await assert.rejects(asked, (error: unknown) => {
          assert.ok(error instanceof FederationError);
          assert.equal(error.code, 'POLICY_STATE_INVALID');
          assert.match(error.at ?? '', /desy/);
          assert.match(error.hint ?? '', /highest version/);
          return true;
        });
      }
    });
  }

  test('does not accept the record of another facility', async (context) => {
    const path = await folder(context);
    const state = await open(path);
    await keep(state, 2);
    await rename(join(path, 'desy'), join(path, 'esrf'));
    await assert.rejects(state.latest('esrf'), code('POLICY_STATE_INVALID'));
  });

  test('trusts nothing that another secret signed', async (context) => {
    const path = await folder(context);
    await keep(await open(path), 2);
    await assert.rejects(found(await open(path, 'another secret of the federation, long')), {
      code: 'POLICY_STATE_INVALID',
    });
  });

  test('does not trust a refusal without its signature', async (context) => {
    const path = await folder(context);
    const state = await open(path);
    await keep(state, 2);
    await writeFile(join(path, 'desy', 'refused.jws'), '{}');
    await assert.rejects(state.refusal('desy'), { code: 'POLICY_STATE_INVALID' });
  });

  for (const [what, damage] of [
    ['missing', (bundle: string) => rm(bundle)],
    ['damaged', (bundle: string) => writeFile(bundle, 'bundle of another')],
  ] as const) {
    test(`gives no bundle that is ${what}, and takes it again from the same source`, async (context) => {
      const path = await folder(context);
      const state = await open(path);
      await keep(state, 2);
      await damage(join(path, 'desy', `2.${recordOf(2).bundle.slice(7)}.tar.gz`));
      await assert.rejects(found(state), { code: 'POLICY_STATE_INVALID', message: `the bundle is ${what}` });
      await keep(state, 2);
      assert.deepEqual(await found(state), [2, 'bundle 2']);
    });
  }

  test('of a folder that cannot be made is an error of the configuration', async (context) => {
    const path = await folder(context);
    await writeFile(path, 'a file');
    await assert.rejects(open(path), { code: 'CONFIG_INVALID', at: path });
  });

  test('cannot be read where its user may not', async (context) => {
    if (process.getuid?.() === 0) return context.skip('root may read all');
    const path = await folder(context);
    const state = await open(path);
    await keep(state, 2);
    await chmod(join(path, 'desy', '2.jws'), 0);
    await assert.rejects(found(state), { code: 'POLICY_STATE_INVALID' });
  });

  test('ends with the highest version, whatever several builders keep at once, and has it at every restart', async (context) => {
    const root = await folder(context);
    let run = 0;
    const versions = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(versions, { minLength: 1, maxLength: 3 }), async (builders) => {
        run += 1;
        const path = join(root, String(run));
        await Promise.all(
          builders.map(async (all, builder) => {
            const state = await open(path);
            for (const version of all) {
              const source = `source ${version} of ${builder % 2}`;
              await keep(state, version, `bundle of ${source}`, source).catch((error: unknown) => {
                assert.ok(code('POLICY_REPLAYED')(error), String(error));
              });
              const latest = await state.latest('desy');
              assert.ok(latest !== null && latest.version >= version);
            }
          }),
        );
        const highest = Math.max(...builders.flat());
        const [version, content] = (await found(await open(path))) ?? [];
        assert.equal(version, highest);
        assert.match(content ?? '', new RegExp(`^bundle of source ${highest} of [01]$`));
      }),
      { numRuns: runs(40) },
    );
  });
});
