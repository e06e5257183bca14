// From what is kept to what is in force: checked each time, told once, and never by a key that is trusted no more.

import assert from 'node:assert/strict';
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import pino from 'pino';
import { digestOf } from '../../../../src/model/digest.ts';
import { FederationError } from '../../../../src/model/errors.ts';
import { folderState } from '../../../../src/policy/distribution/state/folder-state.ts';
import { followState } from '../../../../src/policy/distribution/state/follow-state.ts';
import { memoryState } from '../../../../src/policy/distribution/state/memory-state.ts';
import type { PolicyState, TrustMark } from '../../../../src/policy/distribution/state/state.ts';
import { createStateSigner } from '../../../../src/policy/distribution/state/state-signer.ts';
import type { PolicyRefusal } from '../../../../src/policy/engine.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const TRUST: TrustMark = {
  algorithm: 'ES256',
  keyId: 'desy-2026',
  scope: 'panfed/facility/desy',
  thumbprint: 'abc',
};

async function folder(context: TestContext): Promise<string> {
  const path = temporaryFolder(context);
  return path;
}

const stateIn = (path: string) =>
  folderState(path, createStateSigner('a secret of the federation, of 32 bytes or more'));

function keep(state: PolicyState, version: number) {
  const bundle = Buffer.from(`bundle ${version}`);
  const signed = digestOf(Buffer.from(`source ${version}`));
  const record = { owner: 'desy', version, signed, source: signed, trust: TRUST, bundle: digestOf(bundle) };
  return state.keep(record, bundle);
}

/** A follower of desy's policy, and its reports to the engine. */
function followerOf(state: PolicyState, trust: TrustMark = TRUST, interval = 0) {
  const activated: string[] = [];
  const refused: (PolicyRefusal['code'] | null)[] = [];
  const lines: string[] = [];
  let busy = false;
  const follower = followState({
    trusts: new Map([['desy', trust]]),
    state,
    engine: {
      activate: async (changes) => {
        if (busy) throw new FederationError('NOT_READY', 'too much waits');
        activated.push(...changes.map(({ bytes }) => Buffer.from(bytes ?? []).toString()));
        return [];
      },
      refuse: (_, refusal) => refused.push(refusal?.code ?? null),
    },
    interval,
    clock: { wall: () => 1_000 },
    logger: pino({ level: 'warn' }, { write: (line) => void lines.push(line) }),
  });
  return {
    ...{ follower, activated, refused },
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    setBusy: (now: boolean) => {
      busy = now;
    },
    reached: (wanted: number) =>
      new Promise<void>((resolve) => {
        // The follower's own timer keeps no process alive.
        const timer = setInterval(() => {
          if (activated.length < wanted) return;
          clearInterval(timer);
          resolve();
        }, 10);
      }),
  };
}

describe('the stored policy of a lab', () => {
  test('comes into force once, and the next one after it', async () => {
    const state = memoryState();
    const { follower, activated } = followerOf(state);
    await follower.look();
    await keep(state, 1);
    await follower.look();
    await follower.look();
    await keep(state, 2);
    await follower.look();
    assert.deepEqual(activated, ['bundle 1', 'bundle 2']);
  });

  test('by another process comes into force without a hint', async (context) => {
    const path = await folder(context);
    const { follower, activated, reached } = followerOf(await stateIn(path), TRUST, 20);
    await follower.look();
    follower.start();
    await keep(await stateIn(path), 1);
    await reached(1);
    await keep(await stateIn(path), 2);
    await reached(2);
    await follower.close();
    assert.deepEqual(activated, ['bundle 1', 'bundle 2']);
  });

  test('does not go back to an older version, though its signed record was put back', async (context) => {
    const [path, old] = [await folder(context), await folder(context)];
    const state = await stateIn(path);
    await keep(state, 1);
    await cp(path, old, { recursive: true });
    await keep(state, 2);
    const { follower, activated, refused } = followerOf(state);
    await follower.look();
    await rm(join(path, 'desy'), { recursive: true });
    await cp(old, path, { recursive: true });
    await follower.look();
    await follower.look();
    assert.deepEqual([activated, refused], [['bundle 2'], ['POLICY_REPLAYED']]);
    await keep(state, 3);
    await follower.look();
    assert.deepEqual(
      [activated, refused],
      [
        ['bundle 2', 'bundle 3'],
        ['POLICY_REPLAYED', null],
      ],
    );
  });

  for (const [what, change] of [
    ['key', { thumbprint: 'def' }],
    ['algorithm', { algorithm: 'ES384' }],
    ['key id', { keyId: 'desy-2027' }],
    ['scope', { scope: 'panfed/facility/desy/2' }],
  ] as const) {
    test(`is not used where federation.yaml trusts another ${what} now`, async () => {
      const state = memoryState();
      await keep(state, 1);
      const { follower, activated, refused } = followerOf(state, { ...TRUST, ...change });
      await follower.look();
      assert.deepEqual([activated, refused], [[], []]);
    });
  }

  for (const [what, name] of [
    ['record', /\.jws$/],
    ['bundle', /\.tar\.gz$/],
  ] as const) {
    test(`is not used where its ${what} was changed on disk, which is reported once`, async (context) => {
      const path = await folder(context);
      const state = await stateIn(path);
      await keep(state, 1);
      const lab = join(path, 'desy');
      const [file = ''] = (await readdir(lab)).filter((each) => name.test(each));
      await writeFile(join(lab, file), 'changed');
      const { follower, activated, refused } = followerOf(state);
      await follower.look();
      await follower.look();
      assert.deepEqual([activated, refused], [[], ['POLICY_STATE_INVALID']]);
    });
  }

  test('comes into force at a restart though the note of a refusal beside it is damaged, which is logged once', async (context) => {
    const path = await folder(context);
    const state = await stateIn(path);
    await keep(state, 1);
    await writeFile(join(path, 'desy', 'refused.jws'), 'damaged');
    const { follower, activated, refused, logged } = followerOf(state);
    await follower.look();
    await follower.look();
    assert.deepEqual([activated, refused], [['bundle 1'], []]);
    assert.deepEqual(
      logged().map(({ msg, owner, at }) => [msg, owner, at]),
      [
        [
          'the note of a lab’s refused policy cannot be read and is ignored',
          'desy',
          join(path, 'desy', 'refused.jws'),
        ],
      ],
    );
  });

  test('stays in force where it is damaged later, and a refusal is reported until there is none', async (context) => {
    const path = await folder(context);
    const state = await stateIn(path);
    await keep(state, 1);
    const { follower, activated, refused } = followerOf(state);
    await follower.look();
    const refusal = {
      owner: 'desy',
      source: digestOf(Buffer.from('x')),
      message: 'x',
      hint: null,
      at: 1_000,
    };
    await state.refuse('desy', { ...refusal, code: 'POLICY_UNSIGNED' });
    await follower.look();
    await follower.look();
    await state.refuse('desy', { ...refusal, code: 'POLICY_INVALID' });
    await follower.look();
    await state.refuse('desy', null);
    await follower.look();
    await writeFile(join(path, 'desy', '1.jws'), 'damaged');
    await follower.look();
    assert.deepEqual(activated, ['bundle 1']);
    assert.deepEqual(refused, ['POLICY_UNSIGNED', 'POLICY_INVALID', null, 'POLICY_STATE_INVALID']);
  });

  test('that another process replaces while it is read is no fault', async () => {
    const state = memoryState();
    await keep(state, 1);
    const { follower, activated, refused } = followerOf({
      ...state,
      bundle: async (record) => {
        if (record.version === 1) await keep(state, 2);
        return state.bundle(record);
      },
    });
    await follower.look();
    await follower.look();
    assert.deepEqual([activated, refused], [['bundle 2'], []]);
  });

  test('is brought into force by the next poll, if the engine had no time for it', async () => {
    const state = memoryState();
    await keep(state, 1);
    const { follower, activated, setBusy } = followerOf(state);
    setBusy(true);
    await assert.rejects(follower.look(), { code: 'NOT_READY' });
    setBusy(false);
    await follower.look();
    assert.deepEqual(activated, ['bundle 1']);
  });

  test('does not come into force after closing', async () => {
    const state = memoryState();
    const { follower, activated } = followerOf(state);
    await follower.close();
    await keep(state, 1);
    follower.hint();
    await follower.look();
    assert.deepEqual(activated, []);
  });
});
