// Sources as verification gives them, for tests of what comes behind it: these were never signed.
import type { SignedSource } from '../../src/policy/distribution/source.ts';

export const DIGEST = `sha256:${'5'.repeat(64)}`;

/** Files by name; psi's unless said. */
export function signedSource(
  files: Readonly<Record<string, string>>,
  { owner = 'psi', version = 7 } = {},
): SignedSource {
  const bytes = Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)] as const);
  const source = {
    owner,
    version,
    signer: 'psi-2026',
    signed: DIGEST,
    digest: DIGEST,
    files: new Map(bytes),
  };
  // The mark of a verified source cannot be made elsewhere.
  return source as unknown as SignedSource;
}
