// What is known of the attachments of a registry's images, where it has no room for all of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FactStore, NO_FACT_STORE } from '../../../src/catalog/trust/fact-store.ts';
import { type ImageFacts, NOTHING_KNOWN, packedFacts } from '../../../src/catalog/trust/image-facts.ts';
import { createKnownFacts } from '../../../src/catalog/trust/known-facts.ts';
import type { Proof } from '../../../src/trust/attachment.ts';
import { digestOf, imageRecord } from '../../support/records.ts';

const PROOF: Proof = {
  ...{ signer: { kind: 'key', fingerprint: 'k1' }, statement: { kind: 'signature' } },
  ...{ repository: null, within: null },
};

/** A proof, and claims of some thousand characters. */
const FACTS: ImageFacts = {
  ...NOTHING_KNOWN,
  hash: 'one',
  found: new Map([
    [
      digestOf(3),
      {
        firstSeen: 1,
        facts: {
          ...{
            claims: true,
            claimedSigners: Array.from({ length: 50 }, (_, index) => `signer-${index}`.padEnd(99, '.')),
          },
          ...{ proofs: [PROOF], claimedProvenance: null },
        },
      },
    ],
  ]),
  settled: [digestOf(3)],
};

const [FIRST, SECOND] = ['first', 'second'].map((repository, index) =>
  imageRecord({ repository, digest: digestOf(index) }),
);

const shown = ({ found }: ImageFacts) =>
  [...found.values()].map(({ facts }) => [facts.claimedSigners.length, facts.proofs.length]);

test('what comes when there is no room is shortened to what vouches', () => {
  const known = createKnownFacts(NO_FACT_STORE, 1_000);
  known.keep('first', FACTS);
  known.keep('second', FACTS);
  assert.deepEqual(shown(known.factsOf('first')), [[50, 1]]);
  assert.deepEqual(shown(known.factsOf('second')), [[0, 1]]);
});

test('what is found anew takes the room of what was known of the same image', () => {
  const known = createKnownFacts(NO_FACT_STORE, 10_000);
  for (let time = 0; time < 5; time += 1) known.keep('first', FACTS);
  assert.deepEqual(shown(known.factsOf('first')), [[50, 1]]);
});

test('what the store has beyond the room is shortened too', async () => {
  assert.ok(FIRST !== undefined && SECOND !== undefined);
  const store: FactStore = {
    ...NO_FACT_STORE,
    read: async (ids) => new Map(ids.map((id) => [id, packedFacts(FACTS)])),
  };
  const known = createKnownFacts(store, 1_000);
  await known.load([FIRST, SECOND], () => false);
  assert.deepEqual(shown(known.factsOf(FIRST.id)), [[50, 1]]);
  assert.deepEqual(shown(known.factsOf(SECOND.id)), [[0, 1]]);
});
