// In-toto statements (v0.1 and v1) about one image: which predicate they state, if the image is among their subjects.
// https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
import { isObject } from '../model/json-object.ts';
import type { BuildProvenance, Statement } from './attachment.ts';
import { exactText, repositoryText } from './exact-text.ts';
import { LIMITS } from './limits.ts';
import { readProvenance } from './provenance.ts';
import { readJson } from './read-json.ts';

/** What a document states of the image, whoever signed it. */
export interface Stated {
  /** null: it has the type of a provenance without its shape. Nobody can vouch with it. */
  readonly statement: Statement | null;
  readonly provenance: BuildProvenance | null;
  /** The repository that the image's subject names; null: none. */
  readonly repository: string | null;
}

const STATEMENT_TYPES = new Set(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']);
/** What cosign states when it signs an image as a bundle. */
const COSIGN_SIGN = 'https://sigstore.dev/cosign/sign/v1';

const partsOf = (digest: string): [algorithm: string, hex: string] => {
  const colon = digest.indexOf(':');
  return [digest.slice(0, colon), digest.slice(colon + 1)];
};

/** Whether the digest's value is somewhere in the bytes: no document without it is about the image, as it needs no escapes. */
export function mentions(payload: Uint8Array, digest: string): boolean {
  const [, hex] = partsOf(digest);
  return hex !== '' && Buffer.from(payload.buffer, payload.byteOffset, payload.length).includes(hex);
}

/** A statement about an image, unproven, with those of its subjects that are the image. */
export interface RawStatement {
  readonly predicateType: unknown;
  readonly predicate: unknown;
  readonly subjects: readonly Readonly<Record<string, unknown>>[];
}

/**
 * What the in-toto statement (v0.1 or v1, JSON in UTF-8) says of the image with this digest; null where it
 * says nothing of it, or is no statement. Never throws.
 */
export function readStatement(payload: Uint8Array, digest: string): Stated | null {
  const raw = statementAbout(payload, digest);
  if (raw === null) return null;
  const repository =
    raw.subjects.map(({ name }) => repositoryText(name)).find((name) => name !== null) ?? null;
  return { ...stated(raw.predicateType, raw.predicate), repository };
}

/**
 * The in-toto statement (v0.1 or v1, JSON in UTF-8) with its predicate, if it is about the image with this
 * digest, else null. A subject is the image if its digest of the image's own algorithm is equal; at most
 * 1,024 subjects are allowed. Never throws.
 */
export function statementAbout(payload: Uint8Array, digest: string): RawStatement | null {
  if (!mentions(payload, digest)) return null;
  const [algorithm, hex] = partsOf(digest);
  const json = readJson(payload);
  if (!isObject(json) || typeof json._type !== 'string' || !STATEMENT_TYPES.has(json._type)) return null;
  const { subject: subjects, predicateType } = json;
  if (!Array.isArray(subjects) || subjects.length > LIMITS.subjects) return null;
  const named = subjects.filter(
    (subject: unknown) =>
      isObject(subject) &&
      isObject(subject.digest) &&
      Object.hasOwn(subject.digest, algorithm) &&
      subject.digest[algorithm] === hex,
  ) as Readonly<Record<string, unknown>>[];
  return named.length === 0 ? null : { predicateType, predicate: json.predicate, subjects: named };
}

function stated(predicateType: unknown, predicate: unknown): Pick<Stated, 'statement' | 'provenance'> {
  const type = exactText(predicateType, LIMITS.predicateType);
  if (type === null) return { statement: null, provenance: null };
  if (type === COSIGN_SIGN) return { statement: { kind: 'signature' }, provenance: null };
  const provenance = readProvenance(type, predicate);
  if (provenance === undefined)
    return { statement: { kind: 'other', predicateType: type }, provenance: null };
  return { statement: provenance && { kind: 'provenance', provenance }, provenance };
}
