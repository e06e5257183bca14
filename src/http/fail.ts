// Answers a failed request: an error with a code is answered, any other error is masked and logged.
import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { wwwAuthenticate } from '../identity/refusal.ts';
import { FederationError } from '../model/errors.ts';
import { sendError } from './respond.ts';

/**
 * Answers as {@link sendError} does, or destroys the connection where a part of the answer was sent already.
 * An UNAUTHENTICATED has `WWW-Authenticate` (RFC 6750, section 3); what is no FederationError is logged and
 * answered as INTERNAL. Never throws.
 */
export function fail(response: ServerResponse, error: unknown, logger: Logger): void {
  if (!(error instanceof FederationError)) logger.error({ err: error }, 'a request failed');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known =
    error instanceof FederationError ? error : new FederationError('INTERNAL', 'Unexpected error.');
  if (known.code === 'UNAUTHENTICATED') response.setHeader('www-authenticate', wwwAuthenticate(known));
  sendError(response, known);
}
