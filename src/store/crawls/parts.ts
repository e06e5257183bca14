// How the order of a crawl's nodes is divided: their hashes, one behind the other, in parts of up to 1,000.

/** Bytes of a SHA-256. */
export const HASH_BYTES = 32;

/** Nodes of one part. A node more or less moves those behind it, and rewrites 32 bytes of each. */
const PART_NODES = 1_000;

/** Bytes of the hashes of one part. */
export const MAX_PART_BYTES = PART_NODES * HASH_BYTES;

/** The hashes of a crawl by part: views of up to {@link MAX_PART_BYTES} bytes (1,000 hashes), not copies, in order. */
export const partsOf = (hashes: Uint8Array): Buffer[] => piecesOf(hashes, MAX_PART_BYTES);

/** The hashes one by one: views of {@link HASH_BYTES} bytes each, not copies, in order. */
export const hashesOf = (hashes: Uint8Array): Buffer[] => piecesOf(hashes, HASH_BYTES);

/** How many parts a crawl has, by `parts`, a SHA-256 of {@link HASH_BYTES} bytes for each; 0 for a crawl without nodes. */
export const partCount = ({ parts }: { readonly parts: Uint8Array }): number => parts.length / HASH_BYTES;

function piecesOf(bytes: Uint8Array, length: number): Buffer[] {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.ceil(whole.length / length) }, (_, index) =>
    whole.subarray(index * length, (index + 1) * length),
  );
}
