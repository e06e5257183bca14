// The revision of a policy: a hash of all that decides. The build writes it and the reader computes it again, both
// here, so that what lies on disk is never believed for what it calls itself.
import { createHash } from 'node:crypto';

/** A key path under `input`, up to the first variable: `["record", "license", "conditions"]`. */
export type ReadPath = readonly string[];

/** What a reason code says to a person; `{name}` stands for the reason's param of that name. */
export interface ReasonText {
  readonly message: string;
  readonly remedy: string | null;
}

export type ReasonTexts = Readonly<Record<string, ReasonText>>;

export interface Deciding {
  readonly wasm: Uint8Array;
  readonly reads: readonly ReadPath[];
  readonly reasons: ReasonTexts;
  /** Of a policy that reads the time: its bucket, in seconds. */
  readonly time?: { readonly bucket: number } | undefined;
  /** Of a policy with data: the sha256 of its data.json, in hexadecimal. */
  readonly data?: string | undefined;
}

/**
 * `sha256:<64 hex>` over a canonical encoding: neither the order of `reads` nor that of the keys of `reasons` matters,
 * and no two different policies are encoded alike.
 */
export function revisionOf({ wasm, reads, reasons, time, data }: Deciding): string {
  const described = JSON.stringify({
    format: 1,
    wasm: createHash('sha256').update(wasm).digest('hex'),
    reads: reads.map((path) => JSON.stringify(path)).sort(),
    reasons: Object.keys(reasons)
      .sort()
      .map((code) => [code, reasons[code]?.message, reasons[code]?.remedy ?? null]),
    // Left out where there is none.
    time: time && { bucket: time.bucket },
    data,
  });
  return `sha256:${createHash('sha256').update(described).digest('hex')}`;
}
