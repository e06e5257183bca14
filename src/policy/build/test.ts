// Runs the tests of each owner's policy, alone and with the built-ins of policies: a test sees no other owner's rules,
// and no clock, network or environment.
import { join } from 'node:path';
import { z } from 'zod';
import { FederationError } from '../../model/errors.ts';
import { CAPABILITIES } from './capabilities.ts';
import { type Opa, runOpa, said } from './opa.ts';
import type { PolicyOwner } from './owner.ts';
import { shownPath } from './syntax.ts';

export interface PolicyTest {
  readonly owner: string;
  readonly name: string;
  /** `policies/federation/trust_test.rego:12`. */
  readonly at: string;
  readonly outcome: 'passed' | 'failed' | 'error' | 'skipped';
  /** What OPA says of an error; null otherwise. */
  readonly detail: string | null;
}

const resultsSchema = z.array(
  z.object({
    name: z.string(),
    location: z.object({ file: z.string(), row: z.int() }),
    fail: z.boolean().optional(),
    skip: z.boolean().optional(),
    error: z.unknown().optional(),
  }),
);

/**
 * Every test of the owner, by file and line. Rejects with POLICY_INVALID where the rules or their tests do not compile,
 * and with POLICY_TESTS_FAILED where there are none.
 */
export async function testPolicy(opa: Opa, owner: PolicyOwner): Promise<PolicyTest[]> {
  const args = ['test', '--format', 'json', '--capabilities', CAPABILITIES, '--timeout', '10s', '.'];
  const run = await runOpa(opa, args, { cwd: owner.folder });
  const parsed = resultsSchema.safeParse(jsonOf(run.stdout));
  if (!parsed.success) {
    throw new FederationError('POLICY_INVALID', said(run), { at: shownPath(owner.folder) });
  }
  if (parsed.data.length === 0) {
    throw new FederationError('POLICY_TESTS_FAILED', `the policy of ${owner.name} has no tests`, {
      at: shownPath(owner.folder),
      hint: 'write rules named test_… in files named …_test.rego',
    });
  }
  // OPA runs tests side by side and tells them as they end.
  const inOrder = parsed.data.sort(({ location: a }, { location: b }) =>
    a.file === b.file ? a.row - b.row : a.file < b.file ? -1 : 1,
  );
  return inOrder.map(({ name, location, fail, skip, error }) => ({
    owner: owner.name,
    name,
    at: `${shownPath(join(owner.folder, location.file))}:${location.row}`,
    outcome: skip ? 'skipped' : error !== undefined ? 'error' : fail ? 'failed' : 'passed',
    detail: error === undefined ? null : JSON.stringify(error),
  }));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) ?? [];
  } catch {
    return undefined;
  }
}
