// Runs in the worker thread of verify-aside.ts. An error loses its class on its way between threads, so a refusal is a
// result here.
import { type ErrorCode, FederationError } from '../../model/errors.ts';
import type { SourceTrust } from './signature.ts';
import type { SignedSource } from './source.ts';
import { verifySource } from './verify.ts';

export interface VerifyTask {
  readonly archive: Uint8Array;
  readonly trust: SourceTrust;
  readonly path: string;
}

export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly at: string | undefined;
  readonly hint: string | undefined;
}

export type Verified = { readonly source: SignedSource } | { readonly refusal: Refusal };

/** The worker's entry: verifies one archive. Throws only errors that are not refusals. */
export default async function verify({ archive, trust, path }: VerifyTask): Promise<Verified> {
  try {
    return { source: await verifySource(archive, trust, path) };
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    const { code, message, at, hint } = error;
    return { refusal: { code, message, at, hint } };
  }
}
