// The error RATE_LIMITED, and when to ask again.
import { FederationError } from '../../model/errors.ts';

/** A RATE_LIMITED: `extensions.retryAfter` is the time from which to ask again (ISO 8601), `at` its milliseconds since the epoch. */
export function rateLimited(message: string, at: number, cause?: Error): FederationError {
  return new FederationError('RATE_LIMITED', message, {
    cause,
    extensions: { retryAfter: new Date(at).toISOString() },
  });
}

/** When to ask again, in milliseconds since the epoch; null for any other error. */
export function retryAfterOf(error: unknown): number | null {
  if (!(error instanceof FederationError) || error.code !== 'RATE_LIMITED') return null;
  const at = Date.parse(String(error.extensions?.retryAfter));
  return Number.isNaN(at) ? null : at;
}
