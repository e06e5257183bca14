// The findings of the checks in a facility's policy, in short form: `fail-open 9:6`.
import type { TestContext } from 'node:test';
import { checkPolicy } from '../../../src/authoring/check.ts';
import { facility, opa } from '../opa.ts';

/** Everything found, errors first, in the module `decision.rego` of PSI. */
export async function found(context: TestContext, rules: string): Promise<string[]> {
  const { problems, warnings } = await checkPsi(context, rules);
  return [...problems, ...warnings].map(({ check, line, column }) => `${check} ${line}:${column}`);
}

/** The rules begin at line 3, below `package panfed.facility.psi`. */
export async function checkPsi(context: TestContext, rules: string, data?: string) {
  const text = `package panfed.facility.psi\n\n${rules.trim()}\n`;
  const { owner } = await facility(context, 'psi', {
    'decision.rego': text,
    ...(data !== undefined && { 'data.json': data }),
  });
  return checkPolicy(opa, owner);
}

/** A decision whose pull is `usable`; its rules begin at line 5. */
export const restricting = (rules: string): string =>
  `decision := {"discover": true, "pull": usable, "execute": usable, "reasons": []}\n\n${rules.trim()}`;

/** A decision whose pull is denied by any `denied`; its rules begin at line 5. */
export const denying = (rules: string): string =>
  `decision := {"discover": true, "pull": count(denied) == 0, "execute": false, "reasons": []}\n\n${rules.trim()}`;
