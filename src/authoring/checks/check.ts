// What a check is: a name, how serious it is, whether its author may be overruled, and how it looks at a policy.
import type { PolicyOwner } from '../owner.ts';
import type { Finding, PolicyProblem, Severity } from '../problem.ts';
import type { Reasons } from '../reasons.ts';
import type { PolicyModule } from '../syntax.ts';
import type { InputSchema } from './schema.ts';

/** A policy that OPA accepts, taken apart. */
export interface ParsedPolicy {
  readonly owner: PolicyOwner;
  /** Its rules, without its tests. */
  readonly modules: readonly PolicyModule[];
  /** What the entry point depends on, as `opa deps` tells it: `['input', 'record', 'groups']`. */
  readonly documents: readonly (readonly string[])[];
  /** What `data.json` says, from the root on; null: there is none. */
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly schema: InputSchema;
  readonly reasons: Reasons;
}

export interface CheckKind {
  /** In kebab-case; its page is docs/policies/checks/<name>.md. */
  readonly name: string;
  readonly severity: Severity;
  /** Whether `# panfed:allow <name> <reason>` switches it off; never where the gateway relies on it. */
  readonly canBeAllowed: boolean;
}

export interface Check extends CheckKind {
  readonly find: (policy: ParsedPolicy) => readonly Finding[];
}

/** A finding as its author is told of it. */
export function problemOf({ name, severity }: CheckKind, finding: Finding): PolicyProblem {
  return { check: name, severity, ...finding };
}
