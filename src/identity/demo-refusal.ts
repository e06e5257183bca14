// What the demo refuses: its people are for whoever reaches it, so nobody but this machine's user may.
import { checkGateway } from '../config/check-gateway.ts';
import type { Config } from '../config/schema.ts';

/** Why the demo does not start with this configuration (a host beyond loopback, a public URL), or null. */
export function demoRefusal(config: Config): string | null {
  if (!config.demo) return null;
  const reasons: string[] = [];
  checkGateway(config, (_path, message) => reasons.push(message));
  return reasons[0] ?? null;
}

/**
 * Whether a request came through a proxy, and so from elsewhere: `Forwarded` (RFC 7239) or any `X-Forwarded-*`, even
 * if empty. @param names of the request's headers, in any case
 */
export function demoRefusesRequest(names: Iterable<string>): boolean {
  for (const name of names) {
    const lower = name.toLowerCase();
    if (lower === 'forwarded' || lower.startsWith('x-forwarded-')) return true;
  }
  return false;
}
