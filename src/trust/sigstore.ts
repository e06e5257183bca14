// The packages of Sigstore, which are loaded with the first root of it: they take longer than all else that verifies, and most
// facilities sign by keys of their own.
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

type Packages = Pick<typeof import('@sigstore/bundle'), 'bundleFromJSON'> &
  Pick<typeof import('@sigstore/protobuf-specs'), 'TrustedRoot'> &
  Pick<typeof import('@sigstore/verify'), 'toSignedEntity' | 'toTrustMaterial' | 'Verifier'>;

let packages: Packages | null = null;

/**
 * What verification uses of them; loaded at the first call, in some tenths of a second, and kept. Throws
 * Node.js's error where one cannot be loaded.
 */
export function sigstore(): Packages {
  packages ??= {
    ...(load('@sigstore/bundle') as typeof import('@sigstore/bundle')),
    ...(load('@sigstore/protobuf-specs') as typeof import('@sigstore/protobuf-specs')),
    ...(load('@sigstore/verify') as typeof import('@sigstore/verify')),
  };
  return packages;
}
