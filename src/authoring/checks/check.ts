// The type of a check: its name and severity, whether a comment may switch it off, and the function that finds problems.
import type { PolicyOwner } from '../source/owner.ts';
import type { Finding, PolicyProblem, Severity } from '../source/problem.ts';
import type { Reasons } from '../source/reasons.ts';
import type { PolicyModule } from '../source/syntax.ts';
import type { Scope } from './fields.ts';
import type { Rule } from './rules.ts';
import type { InputSchema } from './schema.ts';

/** A policy that OPA accepts, parsed. */
export interface ParsedPolicy {
  readonly owner: PolicyOwner;
  /** Its rules, without its tests. */
  readonly modules: readonly PolicyModule[];
  /** The rules of the modules, in their order. */
  readonly rules: readonly Rule[];
  /** What the terms within a rule stand for. */
  readonly scopes: (rule: Rule) => Scope;
  /** The documents that the entry point depends on, by `opa deps`: `['input', 'record', 'groups']`. */
  readonly documents: readonly (readonly string[])[];
  /** The content of `data.json`, from its root; null: there is none. */
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly schema: InputSchema;
  readonly reasons: Reasons;
}

export interface CheckKind {
  /** In kebab-case; its page is docs/policies/checks/<name>.md. */
  readonly name: string;
  readonly severity: Severity;
  /** Whether `# panfed:allow <name> <reason>` switches it off; never for a check that the gateway relies on. */
  readonly canBeAllowed: boolean;
}

export interface Check extends CheckKind {
  /** All that is wrong; empty for nothing. */
  readonly find: (policy: ParsedPolicy) => readonly Finding[];
}

/** A finding with the name and severity of its check. */
export function problemOf({ name, severity }: CheckKind, finding: Finding): PolicyProblem {
  return { check: name, severity, ...finding };
}
