// Protects servers on loopback, which are for this machine only, from DNS rebinding: a foreign page may let its own
// name resolve to loopback, and a browser here then sends requests with that name in Host.
import type { IncomingMessage } from 'node:http';
import { isLoopbackHost } from '../config/loopback.ts';
import { FederationError } from '../model/errors.ts';
import { hostOf } from './request-target.ts';

/**
 * Throws FORBIDDEN where the request's Host is not a loopback name or address, which keeps off DNS rebinding. A request
 * without Host is accepted. Call `targetOf` first.
 */
export function refuseRebinding(request: IncomingMessage): void {
  const host = hostOf(request);
  if (host === null || isLoopbackHost(host)) return;
  throw new FederationError('FORBIDDEN', 'This address answers only to the names of this machine.', {
    hint: 'Use 127.0.0.1 or localhost, or configure the server to require a token.',
  });
}
