// Notation signatures in a JWS envelope (RFC 7515), by the Notary Project's signature specification.
// https://github.com/notaryproject/specifications/blob/main/specs/signature-envelope-jws.md
import { flattenedVerify } from 'jose';
import { isObject } from '../model/json-object.ts';
import type { AttachmentFacts, Period, Proof } from './attachment.ts';
import { readBase64Url } from './base64.ts';
import { type Certificate, certificateOfBase64, nameIn } from './certificate.ts';
import { NOTHING } from './facts.ts';
import { LIMITS } from './limits.ts';
import { algorithmOf, trustedChain } from './notation-chain.ts';
import type { Checks } from './public-key.ts';
import { readJson } from './read-json.ts';
import type { TrustRoots } from './roots.ts';

type Json = Readonly<Record<string, unknown>>;

const PAYLOAD_TYPE = 'application/vnd.cncf.notary.payload.v1+json';
const SCHEME = 'io.cncf.notary.signingScheme';
const SIGNING_TIME = 'io.cncf.notary.signingTime';
const AUTHENTIC_TIME = 'io.cncf.notary.authenticSigningTime';
const EXPIRY = 'io.cncf.notary.expiry';
const X509 = 'notary.x509';
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** What is signed, as far as it is this layout's; nothing of it is proven. */
interface Signed {
  readonly algorithm: string;
  /** Milliseconds since the epoch; Infinity: it does not end. */
  readonly signingTime: number;
  readonly expiry: number;
}

/**
 * What a Notation signature (a JWS, RFC 7515, by the Notary Project's specification) says and proves of the
 * image with this digest; {@link NOTHING} where it is about something else. Takes one chain from `checks`;
 * where none is left, it is a claim alone. Never rejects.
 */
export async function readNotation(
  bytes: Uint8Array,
  digest: string,
  { notation: store }: TrustRoots,
  checks: Checks,
): Promise<AttachmentFacts> {
  const envelope = readJson(bytes);
  if (!isObject(envelope) || !isAbout(envelope, digest)) return NOTHING;
  if (checks.chains <= 0) return { ...NOTHING, claims: true };
  checks.chains -= 1;
  const chain = chainIn(envelope);
  const name = chain?.[0] === undefined ? null : nameIn(chain[0]);
  const proof = chain && (await proofOf(envelope, chain, store));
  return {
    claims: true,
    claimedSigners: name === null ? [] : [name],
    proofs: proof === null ? [] : [proof],
    claimedProvenance: null,
  };
}

/**
 * For an envelope in COSE, which is not verified: a claim where its bytes have the digest in them, as its
 * payload is JSON; else {@link NOTHING}.
 */
export const readCose = (bytes: Uint8Array, digest: string): AttachmentFacts =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(`"${digest}"`)
    ? { ...NOTHING, claims: true }
    : NOTHING;

function isAbout({ payload }: Json, digest: string): boolean {
  const json = readJson(readBase64Url(payload));
  return isObject(json) && isObject(json.targetArtifact) && json.targetArtifact.digest === digest;
}

/** The signing certificate first; null where one is none, or there are too many. */
function chainIn({ header }: Json): readonly Certificate[] | null {
  const list: unknown = isObject(header) ? header.x5c : null;
  if (!Array.isArray(list) || list.length === 0 || list.length > LIMITS.certificates) return null;
  const chain = list.map(certificateOfBase64);
  return chain.every((certificate) => certificate !== null) ? chain : null;
}

async function proofOf(
  envelope: Json,
  chain: readonly Certificate[],
  store: ReadonlySet<string>,
): Promise<Proof | null> {
  const signed = signedIn(envelope);
  const [leaf] = chain;
  if (signed === null || leaf === undefined) return null;
  const { algorithm, signingTime, expiry } = signed;
  if (algorithmOf(leaf.node.publicKey) !== algorithm) return null;
  const trusted = trustedChain(chain, store, signingTime);
  if (trusted === null || !(await isSignedBy(envelope, leaf, algorithm))) return null;
  const within: Period = { from: trusted.within.from, until: Math.min(trusted.within.until, expiry - 1) };
  return {
    signer: { kind: 'notation', root: trusted.root },
    statement: { kind: 'signature' },
    repository: null,
    within,
  };
}

/** What the protected header says; null where it breaks a rule of the specification, or asks for what is not known. */
function signedIn(envelope: Json): Signed | null {
  const header = readJson(readBase64Url(envelope.protected));
  if (!isObject(header) || header.cty !== PAYLOAD_TYPE || header[SCHEME] !== X509) return null;
  const { alg, crit } = header;
  const hasExpiry = Object.hasOwn(header, EXPIRY);
  const critical = [SCHEME, ...(hasExpiry ? [EXPIRY] : [])];
  const signingTime = timeOf(header[SIGNING_TIME]);
  const expiry = hasExpiry ? timeOf(header[EXPIRY]) : Number.POSITIVE_INFINITY;
  const isComplete =
    typeof alg === 'string' &&
    Array.isArray(crit) &&
    crit.length === critical.length &&
    critical.every((name) => crit.includes(name)) &&
    !Object.hasOwn(header, AUTHENTIC_TIME);
  if (!isComplete || signingTime === null || expiry === null || expiry <= signingTime) return null;
  return { algorithm: alg, signingTime, expiry };
}

/** The unprotected header is not handed on: no word of it is signed. */
async function isSignedBy(envelope: Json, { node }: Certificate, algorithm: string): Promise<boolean> {
  const { payload, protected: header, signature } = envelope;
  if (readBase64Url(signature) === null) return false;
  try {
    await flattenedVerify(
      { payload: payload as string, protected: header as string, signature: signature as string },
      node.publicKey,
      { algorithms: [algorithm], crit: { [SCHEME]: true, [EXPIRY]: true } },
    );
    return true;
  } catch {
    return false;
  }
}

function timeOf(value: unknown): number | null {
  const time = typeof value === 'string' && RFC_3339.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
