// What a layer of an attachment attests of an image besides its provenance, such as its SBOM: whole predicates, unproven. Whether
// somebody proves it is asked of the verifier.
import type { AttachmentLayer } from './attachment.ts';
import { bundledEnvelope } from './bundle.ts';
import { readEnvelope } from './dsse.ts';
import { exactText } from './exact-text.ts';
import { LIMITS } from './limits.ts';
import { readJson } from './read-json.ts';
import { statementAbout } from './statement.ts';

export interface Attested {
  readonly predicateType: string;
  /** Parsed JSON, as it is. */
  readonly predicate: unknown;
  /** The digest that it is about. */
  readonly subject: string;
}

type Payload = (bytes: Uint8Array) => Uint8Array | null;

/** By the layer's media type, the in-toto statement in it. */
const PAYLOADS: Readonly<Record<string, Payload>> = {
  'application/vnd.dsse.envelope.v1+json': (bytes) => readEnvelope(readJson(bytes))?.payload ?? null,
  'application/vnd.in-toto+json': (bytes) => bytes,
  'application/vnd.dev.sigstore.bundle+json': (bytes) => bundledEnvelope(bytes)?.payload ?? null,
  'application/vnd.dev.sigstore.bundle.v0.3+json': (bytes) => bundledEnvelope(bytes)?.payload ?? null,
};

/** Whether layers of this media type, without parameters and in small letters, may attest something. */
export const mayAttest = (mediaType: string): boolean => Object.hasOwn(PAYLOADS, mediaType);

/**
 * What the layer, an in-toto statement as such, in a DSSE envelope or in a Sigstore bundle, attests of the
 * first of the digests that it is about; null where it attests nothing of any of them, or the type of its
 * predicate is empty, not inert, or has more than 512 UTF-16 units. The layer may have any size: the caller
 * bounds it. Never throws.
 */
export function readAttested(
  { mediaType, bytes }: Pick<AttachmentLayer, 'mediaType' | 'bytes'>,
  digests: readonly string[],
): Attested | null {
  const payload = mayAttest(mediaType) ? PAYLOADS[mediaType]?.(bytes) : null;
  if (payload == null) return null;
  for (const subject of digests) {
    const statement = statementAbout(payload, subject);
    if (statement === null) continue;
    const predicateType = exactText(statement.predicateType, LIMITS.predicateType);
    return predicateType === null ? null : { predicateType, predicate: statement.predicate, subject };
  }
  return null;
}
