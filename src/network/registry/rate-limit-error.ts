// The error RATE_LIMITED, and when to ask again.
import { FederationError } from '../../model/errors.ts';

/**
 * A RATE_LIMITED: `what` does not happen before `at`, in milliseconds since the epoch, which the message has
 * in full seconds and `extensions.retryAfter` exactly (ISO 8601). `cause` is for the log alone. Throws
 * RangeError where `at` is no time.
 */
export function rateLimited(what: string, at: number, cause?: Error): FederationError {
  const second = new Date(Math.ceil(at / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
  return new FederationError('RATE_LIMITED', `${what} before ${second}`, {
    cause,
    extensions: { retryAfter: new Date(at).toISOString() },
  });
}

/**
 * When to ask again, in milliseconds since the epoch; null for any error but RATE_LIMITED, and one without a
 * time.
 */
export function retryAfterOf(error: unknown): number | null {
  if (!(error instanceof FederationError) || error.code !== 'RATE_LIMITED') return null;
  const at = Date.parse(String(error.extensions?.retryAfter));
  return Number.isNaN(at) ? null : at;
}
