// Platforms as OCI's image index and image configuration write them, in one spelling.
import { isObject } from '../../model/json-object.ts';

/** What `uname` calls architectures, as OCI (and Go) call them. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  armhf: 'arm',
  i386: '386',
};

/** Variants that say no more than the architecture: each engine takes one for the other. */
const PLAIN_VARIANTS: Readonly<Record<string, string>> = { arm64: 'v8', amd64: 'v1' };

/** What an os, an architecture and a variant are made of. */
const WORD = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * `<os>/<architecture>[/<variant>]`, in small letters, of a `platform` of an index or of an image's configuration (OCI image
 * specification); null where it does not state both os and architecture, and where one of them is `unknown`: buildx writes
 * `unknown/unknown` for attestations. Each is a word of at most 64 characters, letters, digits, `.`, `_` and `-`, that
 * begins with a letter or a digit; anything else counts as not stated. What `uname` calls an architecture is named as Go
 * does, and a variant that says no more (`v8` of arm64, `v1` of amd64) is left out.
 */
export function platformOf(value: unknown): string | null {
  if (!isObject(value)) return null;
  const os = wordOf(value.os);
  const stated = wordOf(value.architecture);
  if (os === null || stated === null || os === 'unknown' || stated === 'unknown') return null;
  const architecture = Object.hasOwn(ARCHITECTURES, stated) ? (ARCHITECTURES[stated] ?? stated) : stated;
  const variant = wordOf(value.variant);
  const isPlain = variant === null || PLAIN_VARIANTS[architecture] === variant;
  return isPlain ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** Whether it is `unknown/unknown`, in any case, by which buildx says that a manifest is for no platform. */
export const isUnknownPlatform = (value: unknown): boolean =>
  isObject(value) && wordOf(value.os) === 'unknown' && wordOf(value.architecture) === 'unknown';

function wordOf(value: unknown): string | null {
  const word = typeof value === 'string' && value.length <= 64 ? value.trim().toLowerCase() : '';
  return WORD.test(word) ? word : null;
}
