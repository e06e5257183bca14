// Compiles labs' signed sources for a gateway, in a separate process. OPA is searched for at each build, since it may
// have been installed meanwhile.
import type { Logger } from 'pino';
import type { Environment } from '../../config/secrets.ts';
import { FederationError } from '../../model/errors.ts';
import type { SourceCompiler } from '../../policy/distribution/source-compiler.ts';
import { findOpa } from '../opa/opa.ts';
import { buildSigned } from './signed.ts';

export interface SourceCompilerOptions {
  readonly env: Environment;
  /** Milliseconds that the compiled policy may take for a batch of inputs of its tests. */
  readonly evaluation: number;
  readonly logger: Logger;
}

/**
 * A compiler with the default limits of builds but `evaluation`; it rejects as {@link buildSigned} does, and with
 * OPA_MISSING where {@link findOpa} finds none, and logs warnings.
 */
export function createSourceCompiler({ env, evaluation, logger }: SourceCompilerOptions): SourceCompiler {
  return {
    async compile(source, signal) {
      const { bytes, warnings } = await buildSigned(await findOpa(env), source, {
        signal,
        limits: { evaluation },
      });
      if (warnings.length > 0) {
        const { owner, version } = source;
        logger.warn({ owner, version, warnings }, 'a lab’s policy compiles with warnings');
      }
      return bytes;
    },
    async unavailable() {
      try {
        await findOpa(env);
        return null;
      } catch (error) {
        if (error instanceof FederationError) return error;
        throw error;
      }
    },
  };
}
