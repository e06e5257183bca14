// Whether the process lives, and whether it can answer: the policies of the federation and of choices are loaded.
import type { ServerResponse } from 'node:http';
import type { PolicyEngine } from '../policy/engine.ts';
import { sendJson } from './respond.ts';

/** Without them no question can be answered; a facility's own is that facility's outcome. */
const NEEDED = ['federation', 'preference'];

export function answerHealth(response: ServerResponse): void {
  sendJson(response, 200, { status: 'ok' });
}

/** 503 names what is missing. */
export function answerReadiness(response: ServerResponse, policy: PolicyEngine): void {
  const modules = policy.modules().filter(({ owner }) => NEEDED.includes(owner));
  const failed = modules.filter(({ status }) => status !== 'ACTIVE').map(({ owner }) => owner);
  const ready = failed.length === 0 && modules.length === NEEDED.length;
  sendJson(response, ready ? 200 : 503, {
    status: ready ? 'ready' : 'not ready',
    ...(ready ? {} : { policies: failed }),
  });
}
