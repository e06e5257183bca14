// Health and readiness: whether the process runs, and whether the policies without which it cannot answer are loaded. A
// store that cannot be used is said by both, and makes the gateway neither ill nor unready: it answers from memory.
import type { ServerResponse } from 'node:http';
import type { PolicyEngine } from '../policy/engine.ts';
import type { StoreHealth } from '../store/health.ts';
import { sendJson } from './respond.ts';

/** What is known of the store; null: there is none. */
export type ObservedHealth = { health(): StoreHealth } | null;

/** Owners of policies without which no question can be answered. A facility's own policy affects only that facility. */
const NEEDED = ['federation', 'preference'];

/**
 * Answers 200 with JSON, as the process runs; a store that fails is named in the answer, with since when (ISO
 * 8601), but does not change its status. `store` null: there is none.
 */
export function answerHealth(response: ServerResponse, store: ObservedHealth): void {
  sendJson(response, 200, { status: 'ok', ...failureOf(store) });
}

/**
 * Answers 200 where the policies of the federation and of preference are in force, else 503 with the owners
 * of the failed ones; a store that fails is named, and does not change the status. `store` null: there is
 * none.
 */
export function answerReadiness(response: ServerResponse, policy: PolicyEngine, store: ObservedHealth): void {
  const modules = policy.modules().filter(({ owner }) => NEEDED.includes(owner));
  const failed = modules.filter(({ status }) => status !== 'ACTIVE').map(({ owner }) => owner);
  const ready = failed.length === 0 && modules.length === NEEDED.length;
  sendJson(response, ready ? 200 : 503, {
    status: ready ? 'ready' : 'not ready',
    ...(ready ? {} : { policies: failed }),
    ...failureOf(store),
  });
}

/** Nothing while the store can be used, or where there is none. */
function failureOf(store: ObservedHealth): object {
  const health = store?.health();
  if (health === undefined || health.status === 'OK') return {};
  return { store: { ...health, since: new Date(health.since).toISOString() } };
}
