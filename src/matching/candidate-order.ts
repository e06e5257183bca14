// The order of candidates, as numbers that are compared and as the values that a cursor has.
import { compareVersionsDescending } from '../catalog/index/order.ts';
import type { SortKey } from '../discovery/cursor.ts';
import { byCodeUnits } from '../model/sorted.ts';
import { rankOf, TALLY_LIMIT, unknownsOf } from './tally.ts';

/**
 * The order: yes, unknown, no; then those that meet more preferences; then with fewer unknown, with the data there, by trust, by
 * version, the newest first, by the id of the image, of the resource, and by the framework. This is the key of an image at a resource
 * up to the trust, a number below 2^18: `tally` and `isLocal` are of both, `trust` is the position of the image's, below 8.
 */
export const orderOf = (tally: number, preferred: number, isLocal: boolean, trust: number): number =>
  orderOfTally(tally, isLocal) + orderOfImage(preferred, trust);

/** Preferences that are told apart. */
const PREFERENCES = 256;
const UNKNOWNS = 16;
const TRUSTS = 8;

/** Preferences, and the trust: the part of {@link orderOf} that the resource does not change. */
export const orderOfImage = (preferred: number, trust: number): number =>
  (PREFERENCES - 1 - preferred) * UNKNOWNS * 2 * TRUSTS + trust;

/** The rest of {@link orderOf}. */
export const orderOfTally = (tally: number, isLocal: boolean): number =>
  ((rankOf(tally) * PREFERENCES * UNKNOWNS + unknownsOf(tally)) * 2 + (isLocal ? 0 : 1)) * TRUSTS;

/** By tally, what {@link orderOfTally} is. */
export const ordersOfTallies = (isLocal: boolean): Float64Array =>
  Float64Array.from({ length: TALLY_LIMIT }, (_, tally) => orderOfTally(tally, isLocal));

/** The least orders of candidates that are unknown, and of those that are no. */
export const ORDER_OF_UNKNOWN = PREFERENCES * UNKNOWNS * 2 * TRUSTS;
export const ORDER_OF_NO = 2 * ORDER_OF_UNKNOWN;

/** What a candidate is compared by, for a cursor. */
export interface CandidateKey {
  /** By {@link orderOf}. */
  readonly order: number;
  readonly version: string | null;
  /** Ids of the image and of the resource. */
  readonly image: string;
  readonly resource: string;
  /** Folded. */
  readonly framework: string;
}

/** The key of a cursor: rank, preferences × -1, unknown, 0 where the data are local, else 1, trust; then the rest of the key. */
export function cursorKeyOf({ order, version, image, resource, framework }: CandidateKey): SortKey {
  const digits: number[] = [];
  let rest = order;
  for (const base of [TRUSTS, 2, UNKNOWNS, PREFERENCES]) {
    digits.unshift(rest % base);
    rest = Math.floor(rest / base);
  }
  const [preferred = 0, unknown = 0, local = 0, trust = 0] = digits;
  return [rest, preferred - (PREFERENCES - 1), unknown, local, trust, version, image, resource, framework];
}

/** The inverse of {@link cursorKeyOf}, for a key that it gave. */
export function candidateKeyOf(key: SortKey): CandidateKey {
  const [rank, preferred, unknown, local, trust, version, image, resource, framework] = key;
  const digits = [Number(rank), Number(preferred) + PREFERENCES - 1, Number(unknown), Number(local)];
  const order = digits.reduce(
    (sum, digit, index) => sum * ([1, PREFERENCES, UNKNOWNS, 2][index] ?? 1) + digit,
    0,
  );
  return {
    order: order * TRUSTS + Number(trust),
    version: version == null ? null : String(version),
    ...{ image: String(image), resource: String(resource), framework: String(framework) },
  };
}

/** An image, as a version of a framework. */
export type ImageVersion = Pick<CandidateKey, 'version' | 'image'>;

/** Compares the newest version first, then by the id of the image. */
export const compareImageVersions = (a: ImageVersion, b: ImageVersion): number =>
  compareVersionsDescending(a.version, b.version) || byCodeUnits(a.image, b.image);
