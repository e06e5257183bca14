// A committed bundle as a function: the module alone, evaluated in this process, without the engine around it.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import { ACTIONS, type Decision } from '../../src/model/decision.ts';
import { readBundle } from '../../src/policy/bundle/read.ts';

/** Evaluates the committed module of an owner; undefined where its entry point is undefined. */
export async function committedModule(owner: string): Promise<(input: unknown) => unknown> {
  const path = fileURLToPath(new URL(`../../policies/bundle/${owner}.tar.gz`, import.meta.url));
  const { wasm, entrypoint } = await readBundle(path, owner);
  const policy = await loadPolicy(wasm, { initial: 128, maximum: 1_024 });
  return (input) => {
    const results = policy.evaluate(input as object, entrypoint) as readonly { result: unknown }[];
    return results[0]?.result;
  };
}

/** A decision as the gateway asks for it: complete, execute ⇒ pull ⇒ discover, a reason for and only for each no. */
export function assertWellFormed(decision: Decision, what: string): void {
  assert.deepEqual(Object.keys(decision).sort(), ['discover', 'execute', 'pull', 'reasons'], what);
  for (const action of ACTIONS) {
    const reasons = decision.reasons.filter((reason) => reason.action === action);
    assert.equal(typeof decision[action], 'boolean', `${action}, ${what}`);
    assert.equal(reasons.length > 0, !decision[action], `reasons for ${action}, ${what}`);
  }
  assert.ok(decision.pull || !decision.execute, `execute without pull, ${what}`);
  assert.ok(decision.discover || !decision.pull, `pull without discover, ${what}`);
  for (const { code, params } of decision.reasons) {
    assert.match(code, /^[A-Z][A-Z0-9_]*$/, what);
    assert.ok(params !== null && typeof params === 'object', what);
  }
}
