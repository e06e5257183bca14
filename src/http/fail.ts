// What a request failed with, on its way out: a coded error is answered, anything else is masked and logged.
import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { wwwAuthenticate } from '../identity/refusal.ts';
import { FederationError } from '../model/errors.ts';
import { sendError } from './respond.ts';

/** Ends the answer, or its connection where a part of it was sent already. */
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
