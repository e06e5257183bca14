import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Attachment } from '../../src/trust/attachment.ts';
import { verifyAttachment } from '../../src/trust/verify-attachment.ts';
import {
  attestation,
  bundled,
  bytesOf,
  classic,
  DIGEST,
  envelope,
  jws,
  keyBundle,
  keylessBundle,
  makeSigners,
  notarized,
  rootsOf,
  slsa,
} from '../support/attachments.ts';
import fc, { runs } from '../support/fast-check.ts';

const signers = makeSigners();
const roots = rootsOf(signers);
const { privateKey } = signers.pinned;

/** A bit of a byte, which is somewhere between the first and the last. */
const place = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  bit: fc.nat(7),
});
type Place = { readonly at: number; readonly bit: number };

function flipped(bytes: Buffer, { at, bit }: Place): Buffer {
  const copy = Buffer.from(bytes);
  const index = Math.floor(at * copy.length);
  copy[index] = (copy[index] ?? 0) ^ (1 << bit);
  return copy;
}

const withBytes = ({ layers: [first], ...rest }: Attachment, bytes: Buffer): Attachment => ({
  ...rest,
  layers: first === undefined ? [] : [{ ...first, bytes }],
});
const bytesIn = ({ layers }: Attachment): Buffer => Buffer.from(layers[0]?.bytes ?? []);
const proofsOf = async (attachment: Attachment) => (await verifyAttachment(attachment, DIGEST, roots)).proofs;

type Json = Readonly<Record<string, unknown>>;

/** The parts of documents that are signed or are a signature, base64 by itself undone, with any of them in its place. */
const SIGNED: readonly [name: string, whole: Buffer, Attachment | ((part: Buffer) => Attachment)][] = [
  ['a classic payload', bytesIn(classic(privateKey)), (part) => withBytes(classic(privateKey), part)],
  ...inEnvelope('an envelope', envelope(privateKey, slsa()), attestation),
  ...inEnvelope('a bundle', envelope(privateKey), (dsse) => bundled(keyBundle(dsse))),
  ...inEnvelope('a keyless bundle', keylessBundle(signers).dsseEnvelope as Json, keyless()),
  ...inJws(),
];

function inEnvelope(name: string, dsse: Json, made: (dsse: Json) => Attachment): typeof SIGNED {
  const payload = Buffer.from(String(dsse.payload), 'base64');
  const [{ sig } = { sig: '' }] = dsse.signatures as { sig: string }[];
  return [
    [`the payload of ${name}`, payload, (part) => made({ ...dsse, payload: part.toString('base64') })],
    [
      `the signature of ${name}`,
      Buffer.from(sig, 'base64'),
      (part) => made({ ...dsse, signatures: [{ sig: part.toString('base64') }] }),
    ],
  ];
}

function keyless(): (dsse: Json) => Attachment {
  const bundle = keylessBundle(signers);
  return (dsseEnvelope) => bundled({ ...bundle, dsseEnvelope });
}

function inJws(): typeof SIGNED {
  const good = jws(signers);
  return ['payload', 'protected', 'signature'].map((member) => [
    `the ${member} of a Notation signature`,
    Buffer.from(String(good[member]), 'base64url'),
    (part) => notarized({ ...good, [member]: part.toString('base64url') }),
  ]);
}

describe('no proof is left if one bit is changed of', () => {
  for (const [name, whole, made] of SIGNED) {
    test(name, async () => {
      assert.ok(typeof made === 'function' && whole.length > 0);
      await fc.assert(
        fc.asyncProperty(place, async (where) => {
          assert.deepEqual(await proofsOf(made(flipped(whole, where))), []);
        }),
        { numRuns: runs(60) },
      );
    });
  }
});

const DOCUMENTS: readonly [name: string, Attachment][] = [
  ['an attestation', attestation(envelope(privateKey, slsa()))],
  ['a bundle', bundled(keyBundle(envelope(privateKey)))],
  ['a Notation signature', notarized(jws(signers))],
  ['a keyless bundle', bundled(keylessBundle(signers))],
];

describe('a changed bit of the whole document changes nothing or leaves no proof, in', () => {
  for (const [name, document] of DOCUMENTS) {
    test(name, async () => {
      const before = await proofsOf(document);
      assert.equal(before.length, 1);
      await fc.assert(
        fc.asyncProperty(place, async (where) => {
          const after = await proofsOf(withBytes(document, flipped(bytesIn(document), where)));
          // A hint, a signing agent and blanks are signed by nobody: then what was proven is still what is signed.
          if (after.length > 0) assert.deepEqual(after, before);
        }),
        { numRuns: runs(60) },
      );
    });
  }
});

test('no bytes at all make a verifier fail, or prove anything', async () => {
  const types = [...DOCUMENTS, ['', classic(privateKey)] as const].map(
    ([, { layers }]) => layers[0]?.mediaType ?? '',
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...types), fc.oneof(fc.json(), fc.string()), async (mediaType, text) => {
      const layers = [{ mediaType, annotations: {}, bytes: bytesOf(text) }];
      const facts = await verifyAttachment({ digest: '', artifactType: '', layers }, DIGEST, roots);
      assert.deepEqual(facts, { claims: false, claimedSigners: [], proofs: [], claimedProvenance: null });
    }),
    { numRuns: runs(100) },
  );
});
