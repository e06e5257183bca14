// Runs in the worker thread of verify-aside.ts. A refusal is a result here.
import { type ErrorData, errorData } from '../../model/error-data.ts';
import { FederationError } from '../../model/errors.ts';
import type { SourceTrust } from './signature.ts';
import type { SignedSource } from './source.ts';
import { verifySource } from './verify.ts';

export interface VerifyTask {
  readonly archive: Uint8Array;
  readonly trust: SourceTrust;
  readonly path: string;
}

export type Verified = { readonly source: SignedSource } | { readonly refusal: ErrorData };

/**
 * The worker's entry: verifies one archive. A refusal, POLICY_UNSIGNED or POLICY_INVALID, is in the result; rejects
 * only with errors that are not refusals.
 */
export default async function verify({ archive, trust, path }: VerifyTask): Promise<Verified> {
  try {
    return { source: await verifySource(archive, trust, path) };
  } catch (error) {
    if (!(error instanceof FederationError)) throw error;
    return { refusal: errorData(error) };
  }
}
