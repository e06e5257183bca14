// The MACs of tag history's rows: over all that a row says, and the names of the registry and the image that its ids stand
// for, so that none can be changed, or be copied to another name.
import { FederationError } from '../../model/errors.ts';
import type { Seal } from '../seal.ts';
import type { RegistryKey } from '../store.ts';

/** What a row of `image` says, beside its ids. */
export interface SealedImage {
  readonly repository: string;
  readonly digest: string;
  /** Milliseconds since the epoch, as is `kept_until`. */
  readonly there_since: number;
  /** null: it is there still. */
  readonly kept_until: number | null;
}

/** What a row of `tag` says, with the digest of its image. */
export interface SealedSpan {
  readonly repository: string;
  readonly digest: string;
  readonly tag: string;
  /** Milliseconds since the epoch, as is `until`. */
  readonly since: number;
  /** null: it does so still. */
  readonly until: number | null;
}

/** The MACs of one registry's rows. */
export interface HistorySeal {
  /** The short MAC of a row, 22 characters of base64url, as is that of `span`; neither throws. */
  image(image: SealedImage): string;
  span(span: SealedSpan): string;
  /** Whether a row has its MAC, as does `isSpan`; never throws. */
  isImage(image: SealedImage & { readonly mac: unknown }): boolean;
  isSpan(span: SealedSpan & { readonly mac: unknown }): boolean;
  /** Reports how many rows of the registry are not what was written, if any. */
  report(rows: number): void;
}

/**
 * The short MACs of one registry's rows, as {@link Seal} makes them; times are milliseconds since the epoch. `report` calls
 * `onInvalid` with the error of {@link invalidHistory} (STORE_INVALID), once for any number of rows, and not for 0. Throws
 * nothing but what `onInvalid` does.
 */
export function createHistorySeal(
  seal: Seal,
  { facility, registry }: Pick<RegistryKey, 'facility' | 'registry'>,
  onInvalid: (error: FederationError) => void,
): HistorySeal {
  const ofImage = ({ repository, digest, there_since, kept_until }: SealedImage) => [
    ...[facility, registry, repository, digest],
    ...[there_since, kept_until],
  ];
  const ofSpan = ({ repository, digest, tag, since, until }: SealedSpan) => [
    ...[facility, registry, repository, digest, tag],
    ...[since, until],
  ];
  return {
    image: (image) => seal.rowMac('image', ofImage(image)),
    span: (span) => seal.rowMac('tag', ofSpan(span)),
    isImage: (image) => seal.isValidRow('image', ofImage(image), image.mac),
    isSpan: (span) => seal.isValidRow('tag', ofSpan(span), span.mac),
    report(rows) {
      if (rows > 0) onInvalid(invalidHistory({ facility, registry }, rows));
    },
  };
}

/** The error STORE_INVALID for so many rows of a registry's tag history that are not what was written, with advice. */
export const invalidHistory = (
  { facility, registry }: Pick<RegistryKey, 'facility' | 'registry'>,
  rows: number,
): FederationError =>
  new FederationError(
    'STORE_INVALID',
    `${rows === 1 ? '1 row' : `${rows} rows`} of the tag history of ${facility}/${registry} ${rows === 1 ? 'is' : 'are'} not what panfed wrote, or sealed with another secret.`,
    {
      at: `history ${facility}/${registry}`,
      hint: 'That is not used, and what goes on begins anew with a later crawl. If nobody changed the store or the secret, check its disk.',
    },
  );
