// Health and readiness: whether the process runs, and whether the policies without which it cannot answer are loaded.
import type { ServerResponse } from 'node:http';
import type { PolicyEngine } from '../policy/engine.ts';
import { sendJson } from './respond.ts';

/** Owners of policies without which no question can be answered. A facility's own policy affects only that facility. */
const NEEDED = ['federation', 'preference'];

/** Answers 200: the process runs. */
export function answerHealth(response: ServerResponse): void {
  sendJson(response, 200, { status: 'ok' });
}

/** Answers 200 where both policies are in force, else 503 with the owners of the failed ones. */
export function answerReadiness(response: ServerResponse, policy: PolicyEngine): void {
  const modules = policy.modules().filter(({ owner }) => NEEDED.includes(owner));
  const failed = modules.filter(({ status }) => status !== 'ACTIVE').map(({ owner }) => owner);
  const ready = failed.length === 0 && modules.length === NEEDED.length;
  sendJson(response, ready ? 200 : 503, {
    status: ready ? 'ready' : 'not ready',
    ...(ready ? {} : { policies: failed }),
  });
}
