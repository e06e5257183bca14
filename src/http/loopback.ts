// What listens on loopback is for this machine, but a browser on it can be led there: a page of another site may have its
// own name resolve to loopback (DNS rebinding), and its name then stands in Host.
import type { IncomingMessage } from 'node:http';
import { isLoopbackHost } from '../config/loopback.ts';
import { FederationError } from '../model/errors.ts';
import { hostOf } from './request-target.ts';

/** Throws FORBIDDEN for a request that names another host than this machine. */
export function refuseRebinding(request: IncomingMessage): void {
  const host = hostOf(request);
  if (host === null || isLoopbackHost(host)) return;
  throw new FederationError('FORBIDDEN', 'This address answers to the names of this machine alone.', {
    hint: 'Ask for 127.0.0.1 or localhost, or have the server ask for a token.',
  });
}
