// The state of the labs' signed policies: for each the last accepted bundle, the highest version ever accepted, and the
// refusal that came after it.
import { z } from 'zod';
import { ERRORS, type ErrorCode, FederationError } from '../../../model/errors.ts';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const text = z.string().min(1).max(1_024);

/** What federation.yaml trusted when a source was accepted. */
export const trustMarkSchema = z.strictObject({
  algorithm: text,
  keyId: text,
  scope: text,
  /** The key's thumbprint (RFC 7638). */
  thumbprint: text,
});

/** What is kept of a bundle in force, so that no lower version is accepted after it. */
export const keptRecordSchema = z.strictObject({
  owner: text,
  /** The version of the source; no lower one is accepted after it. */
  version: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  /** Digest of the signed content, as `SignedSource.signed`. */
  signed: digest,
  /** Digest of the archive that it came in, which is recognized by it without unpacking. */
  source: digest,
  trust: trustMarkSchema,
  /** Digest of the compiled bundle. */
  bundle: digest,
});

/** What is kept of an archive that was refused. */
export const refusalSchema = z.strictObject({
  owner: text,
  code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  message: z.string().max(65_536),
  /** What to do about it. */
  hint: z.string().max(65_536).nullable(),
  /** Digest of the refused archive as received. */
  source: digest,
  /** Milliseconds since the epoch. */
  at: z.number().int().nonnegative(),
});

export type TrustMark = z.infer<typeof trustMarkSchema>;
export type KeptRecord = Readonly<z.infer<typeof keptRecordSchema>>;
export type Refusal = Readonly<z.infer<typeof refusalSchema>>;

/**
 * Every read rejects with POLICY_STATE_INVALID if the state cannot be read, or is not what panfed wrote, and what writes with
 * the error of the file system too.
 */
export interface PolicyState {
  /** The record of the highest version; null: none was ever accepted. */
  latest(owner: string): Promise<KeptRecord | null>;
  /** The compiled bundle of a record. */
  bundle(record: KeptRecord): Promise<Uint8Array>;
  /**
   * Makes this the latest, completely or not at all, whatever other processes do at that instant. Rejects with
   * POLICY_REPLAYED if its version is not above the latest; the same content replaces the bundle made of it before.
   */
  keep(record: KeptRecord, bundle: Uint8Array): Promise<void>;
  /** What was refused since the latest; null: nothing. For information only: see `readRefusal`. */
  refusal(owner: string): Promise<Refusal | null>;
  /** Stores a refusal; null: removes it. */
  refuse(owner: string, refusal: Refusal | null): Promise<void>;
  /** Where it is, for messages. */
  readonly place: string;
}

/** Whether two marks have the same algorithm, key id, scope and thumbprint. */
export function sameTrust(one: TrustMark, other: TrustMark): boolean {
  const { algorithm, keyId, scope, thumbprint } = one;
  return (
    algorithm === other.algorithm &&
    keyId === other.keyId &&
    scope === other.scope &&
    thumbprint === other.thumbprint
  );
}

/**
 * Whether a source may follow the latest one (null: there is none, and any may), by its signed version: `newer`, or
 * `same` if the signed content is the same, whatever archive it came in. Throws POLICY_REPLAYED otherwise.
 */
export function compareVersions(
  next: Pick<KeptRecord, 'version' | 'signed'>,
  latest: Pick<KeptRecord, 'version' | 'signed'> | null,
): 'newer' | 'same' {
  if (latest === null || next.version > latest.version) return 'newer';
  if (next.version < latest.version) {
    throw new FederationError(
      'POLICY_REPLAYED',
      `the bundle has version ${next.version}, and version ${latest.version} was in force already`,
      { hint: 'To go back to older rules, sign them with a higher `metadata.version`.' },
    );
  }
  if (next.signed === latest.signed) return 'same';
  throw new FederationError(
    'POLICY_REPLAYED',
    `another bundle of version ${latest.version} was in force already`,
    { hint: 'Raise `metadata.version` with every bundle whose files or claims change.' },
  );
}
