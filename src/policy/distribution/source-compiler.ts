// The interface of the compiler of labs' signed sources. It is injected, so that no part of the gateway imports the
// code that runs OPA.
import type { FederationError } from '../../model/errors.ts';
import type { SignedSource } from './source.ts';

export interface SourceCompiler {
  /**
   * The compiled bundle, which the gateway can load. Rejects with POLICY_INVALID, POLICY_TESTS_FAILED or
   * POLICY_TOO_COSTLY if the source may not come into force, with OPA_MISSING if this machine has no OPA, and with the
   * signal's reason.
   */
  compile(source: SignedSource, signal: AbortSignal): Promise<Uint8Array>;
  /** Why nothing can be compiled on this machine now; null: it can. */
  unavailable(): Promise<FederationError | null>;
}
