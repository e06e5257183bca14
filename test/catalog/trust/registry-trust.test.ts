import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'libsql';
import { createFactStore, type FactStore, NO_FACT_STORE } from '../../../src/catalog/trust/fact-store.ts';
import { createRegistryTrust, type RegistryTrust } from '../../../src/catalog/trust/registry-trust.ts';
import type { Attachment } from '../../../src/model/attachment.ts';
import { type ImageRecord, NO_ATTACHMENTS } from '../../../src/model/image.ts';
import { openStore } from '../../../src/store/open.ts';
import type { AttachmentFacts, Proof } from '../../../src/trust/attachment.ts';
import { NOTHING } from '../../../src/trust/facts.ts';
import { NOBODY_TRUSTED, type PinnedKey, type TrustSettings } from '../../../src/trust/settings.ts';
import { type FakeClock, fakeClock } from '../../support/clock.ts';
import { heldBy } from '../../support/main-thread.ts';
import { digestOf, imageRecord, trustOf } from '../../support/records.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const DAY = 86_400_000;
const PLACE = { facility: 'esrf', registry: 'main', pull: 'registry.esrf.example' };
const KEY = { facility: 'esrf', registry: 'main', kind: 'oci', address: 'https://esrf.example', mapping: 1 };

const RELEASE: PinnedKey = { name: 'Release', notAfter: null, isRevoked: false };
const settings = (hash = 'one', key: Partial<PinnedKey> | null = {}, over: Partial<TrustSettings> = {}) => ({
  ...NOBODY_TRUSTED,
  keys: new Map(key === null ? [] : [['k1', [{ ...RELEASE, ...key }]]]),
  hash,
  ...over,
});

const signature = (within: Proof['within'] = null): AttachmentFacts => ({
  ...NOTHING,
  claims: true,
  proofs: [
    {
      signer: { kind: 'key', fingerprint: 'k1' },
      statement: { kind: 'signature' },
      repository: null,
      within,
    },
  ],
});

/** What a registry has beside its images, by digest; null: it does not give it now. */
type Held = Map<string, AttachmentFacts | null>;

interface World {
  readonly held: Held;
  readonly clock: FakeClock;
  /** Has the registry fail from now on. */
  failWith(error: Error): void;
  /** Digests that were fetched, and hashes by which they were verified. */
  readonly fetched: string[];
  readonly verified: string[];
  /** How many attachments were asked for, each time. */
  readonly asked: number[];
  trust(settings?: TrustSettings, store?: FactStore, together?: number): RegistryTrust;
}

function world(): World {
  const held: Held = new Map();
  const clock = fakeClock();
  const [fetched, verified]: [string[], string[]] = [[], []];
  const asked: number[] = [];
  let failure: Error | null = null;
  return {
    ...{ held, clock, fetched, verified, asked },
    failWith: (error) => {
      failure = error;
    },
    trust: (by = settings(), store = NO_FACT_STORE, together) =>
      createRegistryTrust({
        ...{ place: PLACE, settings: by, store, usableFor: DAY, clock },
        source: {
          ...(together !== undefined && { attachmentsTogether: together }),
          attachments: async ({ attachments }) => {
            asked.push(attachments.length);
            if (failure !== null) throw failure;
            fetched.push(...attachments);
            const given = attachments.filter((digest) => held.get(digest) !== null);
            return new Map(given.map((digest) => [digest, held.has(digest) ? attachment(digest) : null]));
          },
        },
        verifier: {
          verify: async (_, { attachments, hash }) => {
            verified.push(...attachments.map(({ digest }) => `${hash} ${digest.slice(-1)}`));
            return attachments.map(({ digest }) => held.get(digest) ?? NOTHING);
          },
        },
      }),
  };
}

const attachment = (digest: string): Attachment => ({ digest, artifactType: '', layers: [] });
const [A, B] = [digestOf(10), digestOf(11)] as [string, string];

const image = (...attached: string[]): ImageRecord =>
  imageRecord({
    attachments: { listed: attached.map((digest) => ({ digest, kind: 'signature' })), doubtedSince: null },
    trust: trustOf(attached.length === 0 ? 'unsigned' : 'unknown'),
  });

const doubtful = (record: ImageRecord, doubtedSince: number): ImageRecord => ({
  ...record,
  attachments: { ...record.attachments, doubtedSince },
});

const stateOf = (trust: RegistryTrust, record: ImageRecord) => trust.judged(record).trust.state;

/** As after a crawl, once all is verified. */
async function settled(trust: RegistryTrust, record: ImageRecord) {
  await trust.load([record]);
  if (trust.isPending(record)) await trust.verify(record, new AbortController().signal);
  await trust.flush();
  return trust.judged(record).trust;
}

describe('an image', () => {
  test('is unknown until its signature is verified', async () => {
    const { held, trust: made } = world();
    held.set(A, signature());
    const trust = made();
    await trust.load([image(A)]);
    assert.deepEqual([trust.isPending(image(A)), stateOf(trust, image(A))], [true, 'unknown']);
    assert.equal((await settled(trust, image(A))).state, 'verified');
    assert.equal(trust.isPending(image(A)), false);
  });

  test('to which nothing is attached is the same record, and nothing of it is fetched', async () => {
    const { trust: made, fetched } = world();
    const [trust, plain] = [made(), image()];
    await trust.load([plain]);
    assert.equal(trust.judged(plain), plain);
    assert.deepEqual([trust.isPending(plain), fetched], [false, []]);
  });

  test('of a facility that trusts nobody is the same record', async () => {
    const { trust: made } = world();
    const [trust, record] = [made(NOBODY_TRUSTED), image(A)];
    await trust.load([record]);
    assert.deepEqual([trust.judged(record), trust.isPending(record)], [record, false]);
  });

  test('that gets another signature keeps its state until that is verified', async () => {
    const { held, trust: made } = world();
    held.set(A, signature()).set(B, NOTHING);
    const trust = made();
    assert.equal((await settled(trust, image(A))).state, 'verified');
    await trust.load([image(A, B)]);
    assert.deepEqual([stateOf(trust, image(A, B)), trust.isPending(image(A, B))], ['verified', true]);
    assert.equal((await settled(trust, image(A, B))).state, 'verified');
  });

  test('that was unsigned stays so until its first attachment is verified', async () => {
    const { held, trust: made } = world();
    held.set(A, signature());
    const trust = made();
    await trust.load([image()]);
    await trust.load([image(A)]);
    assert.equal(stateOf(trust, image(A)), 'unsigned');
    assert.equal((await settled(trust, image(A))).state, 'verified');
  });

  test('loses its state at once with its signature, also where another was attached in its place', async () => {
    const { held, trust: made } = world();
    held.set(A, signature()).set(B, NOTHING);
    const trust = made();
    await settled(trust, image(A));
    await trust.load([image()]);
    const { state, lastVerified } = trust.judged(image()).trust;
    assert.deepEqual([state, lastVerified !== null], ['unsigned', true]);
    await trust.load([image(B)]);
    assert.equal(stateOf(trust, image(B)), 'unknown');
  });

  test('whose signature the registry does not give is unknown, and asked for again', async () => {
    const { held, trust: made } = world();
    held.set(A, null);
    const trust = made();
    const { state, isDoubted } = await settled(trust, image(A));
    assert.deepEqual([state, isDoubted, trust.isPending(image(A))], ['unknown', true, true]);
    held.set(A, signature());
    assert.deepEqual((await settled(trust, image(A))).isDoubted, false);
    assert.equal(stateOf(trust, image(A)), 'verified');
  });

  test('whose signature is gone is as one without it', async () => {
    const { trust: made } = world();
    const trust = made();
    assert.equal((await settled(trust, image(A))).state, 'unsigned');
    assert.equal(trust.isPending(image(A)), false);
  });

  test('that was settled keeps its state while its list is in doubt, for as long as a snapshot may be used', async () => {
    const { held, trust: made, clock } = world();
    held.set(A, NOTHING);
    const trust = made();
    await settled(trust, image(A));
    const doubted = doubtful(image(A), clock.wall());
    assert.deepEqual([stateOf(trust, doubted), trust.judged(doubted).trust.isDoubted], ['unsigned', true]);
    assert.equal(trust.changesAt(), clock.wall() + DAY + 1);
    clock.pass(DAY + 1);
    assert.equal(stateOf(trust, doubted), 'unknown');
  });

  test('that is verified stays so while its list is in doubt, for no longer than a snapshot may be used', async () => {
    const { held, trust: made, clock } = world();
    held.set(A, signature());
    const trust = made();
    await settled(trust, image(A));
    const doubted = doubtful(image(A), clock.wall());
    assert.equal(stateOf(trust, doubted), 'verified');
    clock.pass(DAY + 1);
    assert.equal(stateOf(trust, doubted), 'unknown');
  });

  test('that is verified stays so however long another of its attachments is not given', async () => {
    const { held, trust: made, clock } = world();
    held.set(A, signature()).set(B, null);
    const trust = made();
    await settled(trust, image(A, B));
    clock.pass(2 * DAY);
    assert.equal(stateOf(trust, image(A, B)), 'verified');
  });

  test('is in doubt no more once what could not be fetched is not there any more', async () => {
    const { held, trust: made, clock } = world();
    held.set(A, signature()).set(B, null);
    const trust = made();
    await settled(trust, image(A, B));
    await trust.load([image(A)]);
    const { isDoubted, state } = trust.judged(image(A)).trust;
    assert.deepEqual([isDoubted, state, trust.isPending(image(A))], [false, 'verified', false]);
    clock.pass(2 * DAY);
    assert.equal(stateOf(trust, image(A)), 'verified');
  });

  test('of which a registry fails to give anything is in doubt since the first failure', async () => {
    const { held, trust: made, clock, failWith } = world();
    held.set(A, NOTHING).set(B, NOTHING);
    const trust = made();
    await settled(trust, image(A));
    failWith(new Error('down'));
    for (const wait of [0, DAY / 2, DAY / 2 + 1]) {
      clock.pass(wait);
      await assert.rejects(trust.verify(image(A, B), new AbortController().signal));
      assert.equal(trust.judged(image(A, B)).trust.isDoubted, true);
    }
    assert.equal(stateOf(trust, image(A, B)), 'unknown');
  });

  test('is judged by what was verified while others were loaded', async () => {
    const { held, trust: made } = world();
    held.set(A, signature());
    const reading: (() => void)[] = [];
    const slow: FactStore = {
      ...NO_FACT_STORE,
      read: (ids) =>
        new Promise((resolve) => {
          if (ids.includes(other.id)) reading.push(() => resolve(new Map()));
          else resolve(new Map());
        }),
    };
    const other = imageRecord({ repository: 'em/other' });
    const trust = made(settings(), slow);
    await trust.load([image(A)]);
    const second = trust.load([image(A), other]);
    while (reading.length === 0) await turn();
    await trust.verify(image(A), new AbortController().signal);
    for (const go of reading) go();
    await second;
    assert.deepEqual([stateOf(trust, image(A)), trust.isPending(image(A))], ['verified', false]);
  });

  test('keeps its signature however many others come and go', async () => {
    const { held, trust: made } = world();
    held.set(A, signature());
    const trust = made();
    for (let round = 0; round < 5; round += 1) {
      const others = Array.from({ length: 99 }, (_, number) => digestOf(1_000 + round * 99 + number));
      for (const one of others) held.set(one, { ...NOTHING, claims: true });
      const record = image(...others, A);
      await trust.load([record]);
      await trust.verify(record, new AbortController().signal);
      assert.deepEqual([stateOf(trust, record), trust.isPending(record)], ['verified', false], `${round}`);
    }
  });

  test('says that it was verified, however it came to be', async (context) => {
    const { held, trust: made } = world();
    held.set(A, signature());
    const { store } = await opened(context);
    const facts = () => createFactStore(store.state, KEY);
    await settled(made(settings('one', { isRevoked: true }), facts()), image(A));
    const trust = made(settings('one'), facts());
    assert.equal((await settled(trust, image(A))).state, 'verified');
    await trust.load([image()]);
    assert.notEqual(trust.judged(image()).trust.lastVerified, null);
  });

  test('keeps no state for a doubt that is to begin some day', async () => {
    const { held, trust: made, clock } = world();
    held.set(A, signature());
    const trust = made();
    await settled(trust, image(A));
    assert.equal(stateOf(trust, doubtful(image(A), clock.wall() + 10 * DAY)), 'unknown');
  });

  test('whose list was in doubt from the first is unknown', async () => {
    const { trust: made, clock } = world();
    const trust = made();
    const record = doubtful(image(), clock.wall());
    await trust.load([record]);
    assert.equal(stateOf(trust, record), 'unknown');
  });

  test('is verified within the period of its signature alone, and says when that ends', async () => {
    const { held, trust: made, clock } = world();
    const until = clock.wall() + 1_000;
    held.set(A, signature({ from: 0, until }));
    const trust = made();
    assert.equal((await settled(trust, image(A))).state, 'verified');
    assert.equal(trust.changesAt(), until + 1);
    clock.pass(1_001);
    assert.equal(stateOf(trust, image(A)), 'claimed');
  });

  test('whose signature ended while others were judged is due again', async () => {
    const { held, trust: made, clock } = world();
    const until = clock.wall() + 1_000;
    held.set(A, signature({ from: 0, until })).set(B, signature({ from: 0, until }));
    const trust = made();
    const second = { ...image(B), id: `esrf/main/em/other@${digestOf(9)}` };
    await trust.load([image(A), second]);
    for (const one of [image(A), second]) await trust.verify(one, new AbortController().signal);
    assert.equal(stateOf(trust, image(A)), 'verified');
    clock.pass(1_001);
    assert.equal(stateOf(trust, second), 'claimed');
    assert.ok((trust.changesAt() ?? Number.POSITIVE_INFINITY) <= clock.wall());
  });

  test('in doubt, of which nothing is known, is due again when others are judged meanwhile', async () => {
    const { held, trust: made, clock } = world();
    held.set(B, signature({ from: 0, until: clock.wall() + DAY }));
    const trust = made();
    const second = { ...image(B), id: `esrf/main/em/other@${digestOf(9)}` };
    await trust.load([image(), second]);
    await trust.verify(second, new AbortController().signal);
    const doubted = doubtful(image(), clock.wall());
    assert.equal(stateOf(trust, doubted), 'unsigned');
    clock.pass(DAY + 1);
    assert.equal(stateOf(trust, second), 'claimed');
    assert.ok((trust.changesAt() ?? Number.POSITIVE_INFINITY) <= clock.wall());
  });

  test('has its attachments asked for by as many as its registry gives together', async () => {
    const { held, trust: made, asked } = world();
    const many = Array.from({ length: 9 }, (_, number) => digestOf(1_000 + number));
    held.set(A, signature());
    const record = image(...many, A);
    assert.equal((await settled(made(settings(), NO_FACT_STORE, 4), record)).state, 'verified');
    assert.deepEqual(asked, [4, 4, 2]);
  });

  test('has vouching for it what a trusted signer signed, or a revoked key, also once that is removed', async () => {
    const { held, trust: made } = world();
    held.set(A, signature()).set(B, { ...NOTHING, claims: true });
    for (const [by, expected] of [
      [settings(), [A]],
      [settings('one', { isRevoked: true }), [A]],
      [settings('one', null), []],
    ] as const) {
      const trust = made(by);
      await settled(trust, image(A, B));
      const { repository, digest } = image();
      assert.deepEqual([...trust.vouching(repository, digest ?? '')], expected);
      await settled(trust, image(B));
      assert.deepEqual([...trust.vouching(repository, digest ?? '')], expected);
    }
  });

  test('keeps what was found before its registry failed to give more', async () => {
    const { held, trust: made, failWith, fetched } = world();
    held.set(A, signature());
    const trust = made(settings(), NO_FACT_STORE, 1);
    const record = image(A, B);
    await trust.load([record]);
    const { get } = held;
    held.get = (digest) => {
      if (digest === A) failWith(new Error('down'));
      return get.call(held, digest);
    };
    await assert.rejects(trust.verify(record, new AbortController().signal));
    assert.deepEqual([stateOf(trust, record), fetched], ['verified', [A]]);
  });

  test('is judged anew where what others say of it has changed', async () => {
    const { held, trust: made } = world();
    held.set(A, NOTHING);
    const trust = made();
    await settled(trust, image(A));
    const said = (...signers: string[]): ImageRecord => ({
      ...imageRecord({ attachments: NO_ATTACHMENTS }),
      claims: { signed: signers.length > 0, signers },
    });
    const states = [];
    for (const record of [said(), said('Somebody'), said()]) {
      await trust.load([record]);
      states.push(stateOf(trust, record));
    }
    assert.deepEqual(states, ['unsigned', 'claimed', 'unsigned']);
  });

  test('gets a valid signature in the same time from its registry whatever else is attached', async () => {
    const { held, trust: made, fetched } = world();
    held.set(A, signature()).set(B, null);
    assert.equal((await settled(made(), image(A, B))).state, 'verified');
    assert.deepEqual(fetched, [A, B]);
  });
});

describe('other settings', () => {
  const kept = async (context: TestContext) => {
    const { store } = await opened(context);
    return createFactStore(store.state, KEY);
  };

  test('verify again, and what was found by the ones before holds until then', async (context) => {
    const { held, trust: made, verified } = world();
    held.set(A, signature());
    const store = await kept(context);
    await settled(made(settings('one'), store), image(A));
    const trust = made(settings('two'), store);
    await trust.load([image(A)]);
    assert.deepEqual([stateOf(trust, image(A)), trust.isPending(image(A))], ['verified', true]);
    await settled(trust, image(A));
    assert.deepEqual([verified, trust.isPending(image(A))], [['one a', 'two a'], false]);
  });

  test('hold what was found by the ones before no longer than a snapshot may be used where it is not given', async (context) => {
    const { held, trust: made, clock } = world();
    held.set(A, signature());
    const store = await kept(context);
    await settled(made(settings('one'), store), image(A));
    held.set(A, null);
    const trust = made(settings('two'), store);
    const { state, isDoubted } = await settled(trust, image(A));
    assert.deepEqual([state, isDoubted], ['verified', true]);
    clock.pass(DAY + 1);
    assert.equal(stateOf(trust, image(A)), 'unknown');
  });

  test('without a key take its signatures at once, and revoked they are failed', async (context) => {
    const { held, trust: made } = world();
    held.set(A, signature());
    const store = await kept(context);
    await settled(made(settings('one'), store), image(A));
    for (const [key, state] of [
      [null, 'claimed'],
      [{ isRevoked: true }, 'failed'],
    ] as const) {
      const trust = made(settings('two', key), store);
      await trust.load([image(A)]);
      const judged = trust.judged(image(A)).trust;
      assert.deepEqual([judged.state, judged.lastVerified !== null], [state, true]);
    }
  });
});

describe('after a restart', () => {
  const stores = async (context: TestContext) => {
    const { path, store } = await opened(context);
    return { path, facts: () => createFactStore(store.state, KEY) };
  };

  test('nothing is fetched or verified again', async (context) => {
    const { held, trust: made, fetched } = world();
    held.set(A, signature());
    const { facts } = await stores(context);
    await settled(made(settings(), facts()), image(A));
    fetched.splice(0);
    const trust = made(settings(), facts());
    await trust.load([image(A)]);
    assert.deepEqual([stateOf(trust, image(A)), trust.isPending(image(A)), fetched], ['verified', false, []]);
  });

  test('a key that has ended has the signatures that were seen before it did, and no later ones', async (context) => {
    const { held, trust: made, clock } = world();
    held.set(A, signature()).set(B, signature());
    const { facts } = await stores(context);
    const ending = settings('one', { notAfter: clock.wall() });
    await settled(made(ending, facts()), image(A));
    clock.pass(1_000);
    const trust = made(ending, facts());
    assert.equal((await settled(trust, image(A))).state, 'verified');
    assert.equal((await settled(trust, image(B))).state, 'claimed');
    const forgetful = made(ending);
    assert.equal((await settled(forgetful, image(A))).state, 'claimed', 'a time that was lost is now');
  });

  test('a removed signature that comes back was first seen when it was', async (context) => {
    const { held, trust: made, clock } = world();
    held.set(A, signature()).set(B, signature());
    const { facts } = await stores(context);
    const ending = settings('one', { notAfter: clock.wall() });
    const first = made(ending, facts());
    await settled(first, image(A));
    clock.pass(1_000);
    await settled(first, image(B));
    assert.equal((await settled(made(ending, facts()), image(A))).state, 'verified');
  });

  test('an image that lost its signature meanwhile says that it had one', async (context) => {
    const { held, trust: made } = world();
    held.set(A, signature());
    const { facts } = await stores(context);
    await settled(made(settings(), facts()), image(A));
    const trust = made(settings('one', {}, { isRequired: () => true }), facts());
    await trust.load([image()]);
    const { state, lastVerified } = trust.judged(image()).trust;
    assert.deepEqual([state, lastVerified !== null], ['failed', true]);
  });

  test('what was changed on the disk is verified again, also where it is another image’s, with its seal', async (context) => {
    const { held, trust: made } = world();
    held.set(A, NOTHING).set(B, signature());
    const { path, facts } = await stores(context);
    const other = { ...image(B), id: `esrf/main/em/other@${digestOf(9)}` };
    await settled(made(settings(), facts()), image(A));
    await settled(made(settings(), facts()), other);
    const disk = new Database(path);
    disk
      .prepare(
        'UPDATE state SET value = (SELECT value FROM state WHERE key = ?), mac = (SELECT mac FROM state WHERE key = ?) WHERE key = ?',
      )
      .run(`trust ${other.id}`, `trust ${other.id}`, `trust ${image(A).id}`);
    disk.close();
    const trust = made(settings(), facts());
    await trust.load([image(A)]);
    assert.deepEqual([stateOf(trust, image(A)), trust.isPending(image(A))], ['unknown', true]);
    assert.equal((await settled(trust, image(A))).state, 'unsigned');
  });

  test('a store that could not be read for a moment loses no first time', async (context) => {
    const { held, trust: made, clock } = world();
    held.set(A, signature());
    const { facts } = await stores(context);
    const ending = settings('one', { notAfter: clock.wall() });
    await settled(made(ending, facts()), image(A));
    clock.pass(1_000);
    const store = facts();
    let isDown = true;
    const flaky: FactStore = { ...store, read: async (ids) => (isDown ? null : store.read(ids)) };
    const trust = made(ending, flaky);
    await trust.load([image(A)]);
    assert.equal(stateOf(trust, image(A)), 'unknown');
    await trust.verify(image(A), new AbortController().signal);
    await trust.flush();
    isDown = false;
    assert.equal((await settled(made(ending, facts()), image(A))).state, 'verified');
    await trust.load([image(A)]);
    assert.equal((await settled(made(ending, flaky), image(A))).state, 'verified');
  });

  test('two gateways that share a store keep the earlier time', async (context) => {
    const { held, trust: made, clock } = world();
    held.set(A, signature());
    const { facts } = await stores(context);
    const ending = settings('one', { notAfter: clock.wall() });
    const other = made(ending, facts());
    await other.load([image(A)]);
    await settled(made(ending, facts()), image(A));
    clock.pass(1_000);
    assert.equal((await settled(other, image(A))).state, 'claimed');
    assert.equal((await settled(made(ending, facts()), image(A))).state, 'verified');
  });

  test('an image with more facts than are kept loses none of the others', async (context) => {
    const { held, trust: made } = world();
    const build = {
      ...{ builder: 'b', source: 's', revision: 'r' },
      materials: Array.from({ length: 256 }, (_, number) => ({
        uri: `pkg:x/${number}${'y'.repeat(100)}`,
        digest: null,
      })),
    };
    const heavy: AttachmentFacts = {
      ...signature(),
      claimedSigners: Array.from({ length: 16 }, (_, number) => `${number}${'z'.repeat(500)}`),
      claimedProvenance: build,
      proofs: Array.from({ length: 64 }, () => ({
        ...({ signer: { kind: 'key', fingerprint: 'k1' }, repository: null, within: null } as const),
        statement: { kind: 'provenance', provenance: build },
      })),
    };
    const many = Array.from({ length: 100 }, (_, number) => digestOf(2_000 + number));
    for (const one of many) held.set(one, heavy);
    held.set(A, signature());
    const { facts } = await stores(context);
    const [large, small] = [{ ...image(...many), id: `esrf/main/em/large@${digestOf(7)}` }, image(A)];
    const trust = made(settings(), facts());
    await trust.load([large, small]);
    for (const one of [large, small]) await trust.verify(one, new AbortController().signal);
    await trust.flush();
    const again = made(settings(), facts());
    await again.load([large, small]);
    assert.deepEqual([again.isPending(large), again.isPending(small)], [false, false]);
    assert.deepEqual([stateOf(again, large), stateOf(again, small)], ['verified', 'verified']);
  });

  test('strangers with many names take no signature from an image', async (context) => {
    const { held, trust: made } = world();
    const stranger: AttachmentFacts = {
      ...{ ...NOTHING, claims: true },
      claimedSigners: Array.from({ length: 16 }, (_, number) => `${number}${'z'.repeat(500)}`),
    };
    const many = Array.from({ length: 99 }, (_, number) => digestOf(2_000 + number));
    for (const one of many) held.set(one, stranger);
    const sbom: Proof = {
      ...({ signer: { kind: 'key', fingerprint: 'k1' }, repository: null, within: null } as const),
      statement: { kind: 'other', predicateType: 'https://spdx.dev/Document' },
    };
    held.set(A, { ...signature(), proofs: [sbom, ...signature().proofs] });
    const { facts } = await stores(context);
    const record = image(...many, A);
    assert.equal((await settled(made(settings(), facts()), record)).state, 'verified');
    const again = made(settings(), facts());
    await again.load([record]);
    assert.equal(stateOf(again, record), 'verified');
  });

  test('long facts of many images are read and written in turns of the event loop', async () => {
    const { held, trust: made } = world();
    const stranger = {
      ...{ ...NOTHING, claims: true },
      claimedSigners: ['z'.repeat(400)],
    };
    const many = Array.from({ length: 100 }, (_, number) => digestOf(2_000 + number));
    for (const one of many) held.set(one, stranger);
    const kept = new Map<string, unknown>();
    const store = {
      read: async (keys: readonly string[]) =>
        keys.filter((key) => kept.has(key)).map((key) => ({ key, value: kept.get(key) })),
      write: async (entries: readonly { key: string; value: unknown }[]) => {
        for (const { key, value } of entries) kept.set(key, value);
      },
      keys: async () => [...kept.keys()],
      remove: async () => {},
    };
    const again = () => createFactStore({ ...store, keys: keysOnce(store.keys) }, KEY);
    const records = Array.from({ length: 256 }, (_, number) => ({
      ...image(...many),
      id: `esrf/main/em/relion@${digestOf(number)}`,
    }));
    const [first, second] = [made(settings('one'), again()), made(settings('two'), again())];
    await first.load(records);
    for (const one of records) await first.verify(one, new AbortController().signal);
    await first.flush();
    const { held: whileRead } = await heldBy(() => second.load(records));
    for (const one of records.slice(1)) await second.verify(one, new AbortController().signal);
    const { held: whileWritten } = await heldBy(() => second.flush());
    assert.ok(Math.max(whileRead, whileWritten) < 50, `${whileRead} ms, ${whileWritten} ms`);
  });

  test('what could not be fetched is in doubt since then', async (context) => {
    const { held, trust: made, clock } = world();
    held.set(A, null);
    const { facts } = await stores(context);
    for (let round = 0; round < 3; round += 1) {
      await settled(made(settings(), facts()), image(A));
      clock.pass(DAY / 2);
    }
    held.set(B, NOTHING);
    const trust = made(settings(), facts());
    await trust.load([image(A)]);
    assert.equal(trust.judged(image(A)).trust.state, 'unknown');
    assert.equal(trust.judged(image(A)).trust.isDoubted, true);
  });

  test('a store that cannot be read verifies again, and one that cannot be written forgets', async () => {
    const { held, trust: made } = world();
    held.set(A, signature());
    const broken = createFactStore(
      {
        read: () => Promise.reject(new Error('down')),
        write: () => Promise.reject(new Error('down')),
        keys: () => Promise.reject(new Error('down')),
        remove: () => Promise.reject(new Error('down')),
      },
      KEY,
    );
    assert.equal((await settled(made(settings(), broken), image(A))).state, 'verified');
  });
});

/** The names, and then that there are no more. */
function keysOnce(keys: () => Promise<readonly string[]>): () => Promise<readonly string[]> {
  let isFirst = true;
  return async () => {
    const found = isFirst ? await keys() : [];
    isFirst = false;
    return found;
  };
}

async function opened(context: TestContext) {
  const path = `${temporaryFolder(context)}/store.sqlite`;
  const store = await openStore({ place: { kind: 'sqlite', path }, secret: Buffer.alloc(32, 7) });
  context.after(() => store.close());
  return { path, store };
}
