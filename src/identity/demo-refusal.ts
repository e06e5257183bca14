// What the demo refuses: its people are for whoever reaches it, so nobody but this machine's user may.
import { checkGateway } from '../config/check-gateway.ts';
import { cameThroughProxy } from '../config/loopback.ts';
import type { Config } from '../config/schema.ts';

/** Why the demo does not start with this configuration (a host beyond loopback, a public URL), or null. */
export function demoRefusal(config: Config): string | null {
  if (!config.demo) return null;
  const reasons: string[] = [];
  checkGateway(config, (_path, message) => reasons.push(message));
  return reasons[0] ?? null;
}

/** @param names of the request's headers, in any case */
export const demoRefusesRequest = cameThroughProxy;
