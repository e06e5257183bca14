// The revision of a policy: a hash of everything that decides. The build writes it and the reader computes it again,
// both here, so that a file's own statement is never trusted.
import { createHash } from 'node:crypto';
import { digestOf } from '../../model/digest.ts';

/** A key path under `input`, up to the first variable: `["record", "license", "conditions"]`. */
export type ReadPath = readonly string[];

/** The text of a reason code for people; `{name}` stands for the reason's param of that name. */
export interface ReasonText {
  readonly message: string;
  readonly remedy: string | null;
}

export type ReasonTexts = Readonly<Record<string, ReasonText>>;

export interface Deciding {
  readonly wasm: Uint8Array;
  readonly reads: readonly ReadPath[];
  readonly reasons: ReasonTexts;
  /** The time bucket, in seconds, of a policy that reads the time. */
  readonly time?: { readonly bucket: number } | undefined;
  /** Entry points besides the owner's; undefined or empty: none. */
  readonly more?: readonly string[] | undefined;
  /** The SHA-256 of data.json in hexadecimal, for a policy with data; undefined for one without. */
  readonly data?: string | undefined;
}

/**
 * The revision, `sha256:<64 hex>`, over a canonical encoding of all that decides: neither the order of `reads` nor that
 * of the keys of `reasons` matters, and no two different policies have the same encoding. `time` undefined: the policy
 * does not read the time; `data` undefined, or `more` undefined or empty: it has none.
 */
export function revisionOf({ wasm, reads, reasons, time, more = [], data }: Deciding): string {
  const described = JSON.stringify({
    format: 1,
    wasm: createHash('sha256').update(wasm).digest('hex'),
    reads: reads.map((path) => JSON.stringify(path)).sort(),
    reasons: Object.keys(reasons)
      .sort()
      .map((code) => [code, reasons[code]?.message, reasons[code]?.remedy ?? null]),
    // Omitted where there is none.
    time: time && { bucket: time.bucket },
    more: more.length === 0 ? undefined : more,
    data,
  });
  return digestOf(described);
}
