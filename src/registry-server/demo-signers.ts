// The signers of a demo's images: each name has a key, made in memory at the demo's start. What is signed has the form in which
// cosign 3 leaves it: a Sigstore bundle v0.3 with a DSSE envelope of an in-toto statement.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { z } from 'zod';
import { BOUNDS } from '../model/bounds.ts';
import { fingerprintOfKey } from '../trust/spki.ts';
import { type Attached, type AttachedDocument, attachedDocument, NOTHING_ATTACHED } from './attached.ts';

/** `demo` of an entry of a demo's catalog. */
export const demoSchema = z.strictObject({
  /** Names of signers: those of `trust.keys` of federation.yaml, or any others, which nobody trusts. */
  signedBy: z.array(z.string().min(1).max(BOUNDS.signer)).min(1).max(8),
  /** URI of the builder of whose work the same signers attest, with the entry's source and revision. */
  builtBy: z.url().max(BOUNDS.url).optional(),
});

/** How an image of a demo is signed. */
export type DemoSigning = z.infer<typeof demoSchema>;

/** What is signed. */
export interface SignedImage {
  readonly digest: string;
  /** `<host>/<path>` by which engines pull it. */
  readonly pulledAs: string;
  /** Where its source code is, and which revision was built; null: not said. */
  readonly source: string | null;
  readonly revision: string | null;
}

export interface DemoSigners {
  /** The public key (PEM) of the signer with this name; made when it is first asked for. */
  publicKey(name: string): string;
  /** The documents that sign the image in that way, and attest its provenance where a builder is named. */
  sign(image: SignedImage, signing: DemoSigning): Attached;
}

export const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const IN_TOTO = 'application/vnd.in-toto+json';
const SIGNED = 'https://sigstore.dev/cosign/sign/v1';
const BUILT = 'https://slsa.dev/provenance/v1';

interface Key {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * Signers of a demo, each with a key of its own (ECDSA on P-256, as cosign makes them), made in memory when
 * the signer is first named. `sign` gives for each of them a Sigstore bundle v0.3 with a DSSE envelope of an
 * in-toto statement v1, and of SLSA provenance v1 where a builder is named. Throws nothing; neither do its
 * methods.
 */
export function createDemoSigners(): DemoSigners {
  const keys = new Map<string, Key>();
  function keyOf(name: string): Key {
    const key = keys.get(name) ?? generateKeyPairSync('ec', { namedCurve: 'P-256' });
    keys.set(name, key);
    return key;
  }
  return {
    publicKey: (name) => keyOf(name).publicKey.export({ type: 'spki', format: 'pem' }) as string,
    sign(image, { signedBy, builtBy }) {
      const signers = signedBy.map(keyOf);
      const by = (statement: unknown) => signers.map((key) => signedBundle(statement, key));
      return {
        signatures: by(statementOf(image, SIGNED, {})),
        attestations:
          builtBy === undefined
            ? NOTHING_ATTACHED.attestations
            : by(statementOf(image, BUILT, provenanceOf(image, builtBy))),
      };
    },
  };
}

function statementOf({ digest, pulledAs }: SignedImage, predicateType: string, predicate: object): object {
  const [algorithm = '', hex] = digest.split(':');
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: pulledAs, digest: { [algorithm]: hex } }],
    predicateType,
    predicate,
  };
}

/** SLSA provenance v1. */
const provenanceOf = ({ source, revision }: SignedImage, builder: string): object => ({
  buildDefinition: {
    buildType: `${new URL(builder).origin}/container-image`,
    externalParameters:
      source === null
        ? {}
        : { source: { uri: `git+${source}`, ...(revision !== null && { digest: { gitCommit: revision } }) } },
  },
  runDetails: { builder: { id: builder } },
});

function signedBundle(statement: unknown, { privateKey, publicKey }: Key): AttachedDocument {
  const payload = Buffer.from(JSON.stringify(statement));
  // The pre-authentication encoding of DSSE v1.
  const signed = Buffer.concat([
    Buffer.from(`DSSEv1 ${IN_TOTO.length} ${IN_TOTO} ${payload.length} `),
    payload,
  ]);
  const bundle = {
    mediaType: BUNDLE,
    verificationMaterial: { publicKey: { hint: fingerprintOfKey(publicKey) } },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: IN_TOTO,
      signatures: [{ sig: sign('sha256', signed, privateKey).toString('base64') }],
    },
  };
  return attachedDocument(BUNDLE, JSON.stringify(bundle));
}
