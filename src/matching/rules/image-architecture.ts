// The architectures that an image is for, read from its platforms and from what its lab wrote.
import { fold } from '../../model/fold.ts';
import type { Microarchitecture, Microarchitectures } from '../../vocabulary/microarchitectures.ts';

/** One of the architectures that an image is for. */
export interface ImageArchitecture {
  /** As it was said. */
  readonly said: string;
  /** null: nobody said. */
  readonly os: string | null;
  /** By archspec's name, or by OCI's where archspec has none; null: not known. */
  readonly family: string | null;
  /** null: every processor of the family will do, as far as is known. */
  readonly microarchitecture: Microarchitecture | null;
  /** Whether more was said than is understood. */
  readonly isPartlyUnknown: boolean;
}

/** Architectures of Go that archspec does not have: known ones, which are others. */
const OTHERS: ReadonlySet<string> = new Set([
  ...['s390x', 'loong64', 'mips', 'mipsle', 'mips64', 'mips64le', 'wasm'],
]);

/**
 * What OCI's variants are by archspec's names. The specification names arm64's v8 alone
 * (https://github.com/opencontainers/image-spec/blob/main/image-index.md); the others are Go's GOAMD64, GOARM64 and GOPPC64, as
 * containerd orders them (https://github.com/containerd/platforms, compare.go). The first of each is every processor's.
 */
const VARIANTS: ReadonlyMap<string, string> = new Map([
  ['x86_64/v1', 'x86_64'],
  ['x86_64/v2', 'x86_64_v2'],
  ['x86_64/v3', 'x86_64_v3'],
  ['x86_64/v4', 'x86_64_v4'],
  ['aarch64/v8', 'aarch64'],
  ['aarch64/v8.0', 'aarch64'],
  ['aarch64/v8.1', 'armv8.1a'],
  ['aarch64/v8.2', 'armv8.2a'],
  ['aarch64/v8.3', 'armv8.3a'],
  ['aarch64/v8.4', 'armv8.4a'],
  ['aarch64/v8.5', 'armv8.5a'],
  ['aarch64/v8.6', 'armv8.6a'],
  ['aarch64/v9', 'armv9.0a'],
  ['aarch64/v9.0', 'armv9.0a'],
  ['aarch64/v9.2', 'armv9.2a'],
  ['ppc64le/power8', 'power8le'],
  ['ppc64le/power9', 'power9le'],
  ['ppc64le/power10', 'power10le'],
]);

/** What BuildKit gives to an attestation that it puts beside the images of an index. */
const NOT_AN_IMAGE = 'unknown/unknown';

/** The architecture of `<os>/<architecture>[/<variant>]`; null for what is no image's. */
export function ofPlatform(platform: string, known: Microarchitectures): ImageArchitecture | null {
  const [os = '', architecture, variant, ...more] = fold(platform).split('/');
  if (fold(platform) === NOT_AN_IMAGE) return null;
  if (architecture === undefined || more.length > 0)
    return { said: platform, os: null, family: null, microarchitecture: null, isPartlyUnknown: true };
  const base = ofName(architecture, known);
  if (variant === undefined || base.family === null) return { ...base, said: platform, os };
  const name = VARIANTS.get(`${base.family}/${variant}`);
  const found = name === undefined ? null : known.microarchitecture(name);
  return {
    ...{ said: platform, os, family: base.family },
    microarchitecture: beyondFamily(found),
    isPartlyUnknown: found === null,
  };
}

/** The architecture of a name of OCI or archspec (`amd64`, `x86_64`, `zen3`), or of a platform. */
export function ofName(name: string, known: Microarchitectures): ImageArchitecture {
  if (name.includes('/')) {
    const found = ofPlatform(name, known);
    if (found !== null) return found;
  }
  const found = known.microarchitecture(name);
  return {
    ...{ said: name, os: null, isPartlyUnknown: false },
    family: familyOf(name, known),
    microarchitecture: beyondFamily(found),
  };
}

/** The family of an architecture by OCI's name or archspec's, by OCI's where archspec has none; null: it is not known. */
export function familyOf(name: string, known: Microarchitectures): string | null {
  const other = fold(name);
  return known.microarchitecture(name)?.family ?? (OTHERS.has(other) ? other : null);
}

/** A family's own name asks for nothing that not every processor of it has. */
const beyondFamily = (found: Microarchitecture | null): Microarchitecture | null =>
  found === null || found.ancestors.size === 0 ? null : found;
