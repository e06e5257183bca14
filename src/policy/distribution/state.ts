// What is remembered of the labs' signed policies: the last good bundle of each, the highest version that was ever
// accepted, and what was refused after it.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ERRORS, type ErrorCode, FederationError } from '../../model/errors.ts';

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

export const keptRecordSchema = z.strictObject({
  owner: text,
  /** Of the source: no lower one is accepted after it. */
  version: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  /** Of what the lab signed, as `SignedSource.signed`: what its version names. */
  signed: digest,
  /** Of the archive that it came in, which is known again by it without a look into it. */
  source: digest,
  trust: trustMarkSchema,
  /** Of the compiled bundle. */
  bundle: digest,
});

export const refusalSchema = z.strictObject({
  owner: text,
  code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  message: z.string().max(65_536),
  /** What to do about it. */
  hint: z.string().max(65_536).nullable(),
  /** Of the archive that was refused, as it came. */
  source: digest,
  /** Milliseconds since the epoch. */
  at: z.number().int().nonnegative(),
});

export type TrustMark = z.infer<typeof trustMarkSchema>;
export type KeptRecord = Readonly<z.infer<typeof keptRecordSchema>>;
export type Refusal = Readonly<z.infer<typeof refusalSchema>>;

/** What is read fails with POLICY_STATE_INVALID where it cannot be read, or is not what panfed wrote. */
export interface PolicyState {
  /** Of the highest version; null: none was ever accepted. */
  latest(owner: string): Promise<KeptRecord | null>;
  /** The compiled bundle that a record is of. */
  bundle(record: KeptRecord): Promise<Uint8Array>;
  /**
   * Makes this the latest, wholly or not at all, whoever else does the same at that instant. Rejects with POLICY_REPLAYED
   * where it is not above what is there; the same content again takes the place of what was made of it before.
   */
  keep(record: KeptRecord, bundle: Uint8Array): Promise<void>;
  /** What was refused since the latest; null: nothing. A note alone: see `readRefusal`. */
  refusal(owner: string): Promise<Refusal | null>;
  /** null: nothing is refused any more. */
  refuse(owner: string, refusal: Refusal | null): Promise<void>;
  /** Where it is, for messages. */
  readonly place: string;
}

export function sameTrust(one: TrustMark, other: TrustMark): boolean {
  const { algorithm, keyId, scope, thumbprint } = one;
  return (
    algorithm === other.algorithm &&
    keyId === other.keyId &&
    scope === other.scope &&
    thumbprint === other.thumbprint
  );
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/**
 * Whether a source may come after the latest one, by its signed version: `newer`, or `same` where it is what was signed then,
 * whatever archive it came in.
 * Throws POLICY_REPLAYED for all else.
 */
export function compareVersions(
  next: Pick<KeptRecord, 'version' | 'signed'>,
  latest: Pick<KeptRecord, 'version' | 'signed'> | null,
): 'newer' | 'same' {
  if (latest === null || next.version > latest.version) return 'newer';
  if (next.version < latest.version) {
    throw new FederationError(
      'POLICY_REPLAYED',
      `the bundle is of version ${next.version}, and version ${latest.version} was in force already`,
      { hint: 'To go back to older rules, sign them with a higher `metadata.version`.' },
    );
  }
  if (next.signed === latest.signed) return 'same';
  throw new FederationError(
    'POLICY_REPLAYED',
    `another bundle of version ${latest.version} was in force already`,
    { hint: 'Raise `metadata.version` with every bundle whose files or claims are others.' },
  );
}
