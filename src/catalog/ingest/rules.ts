// `registries[].repositories[]`: federation.yaml's statement about a repository. Only the first entry that matches
// applies.
import { globMatcher } from '../../config/glob.ts';
import type { RepositoryRule } from '../../config/repository.ts';
import { sortedSet } from '../../model/sorted.ts';
import { makeCondition } from './conditions.ts';
import { type FacilityStatement, NOTHING_STATED } from './facility-statement.ts';

/** The rules of one registry for one crawl; they record which of them matched nothing. */
export interface RepositoryRules {
  /** The statement of the first rule that matches, else {@link NOTHING_STATED}. */
  statementOn(repository: string): FacilityStatement;
  /** Patterns that were never the first to match, in their order. */
  unmatched(): readonly string[];
}

/**
 * The rules, with patterns compiled once by {@link globMatcher}; the first that matches a repository gives
 * its statement, and none gives {@link NOTHING_STATED}. Each repository is matched once, however many images
 * it has. `unmatched` gives the patterns that were never the first to match so far. Never throws.
 */
export function repositoryRules(rules: readonly RepositoryRule[]): RepositoryRules {
  const compiled = rules.map((rule) => ({ matches: globMatcher(rule.match), statement: statementOf(rule) }));
  const statements = new Map<string, FacilityStatement>();
  const matched = new Set<FacilityStatement>();

  return {
    statementOn(repository) {
      const known = statements.get(repository);
      if (known !== undefined) return known;
      const statement = compiled.find((rule) => rule.matches(repository))?.statement;
      if (statement !== undefined) matched.add(statement);
      statements.set(repository, statement ?? NOTHING_STATED);
      return statement ?? NOTHING_STATED;
    },
    unmatched: () =>
      rules
        .filter((_, index) => !matched.has(compiled[index]?.statement ?? NOTHING_STATED))
        .map((rule) => rule.match),
  };
}

/** The statement of a rule. Its groups are canonical already: the configuration's reader made them so. */
function statementOf(rule: RepositoryRule): FacilityStatement {
  return Object.freeze({
    sharing: rule.sharing ?? null,
    listed: rule.listed ?? null,
    suppliedBy: rule.suppliedBy ?? null,
    groups: rule.groups === undefined ? null : sortedSet(rule.groups),
    conditions: rule.conditions?.map((one) => makeCondition(one.kind, one, 'facility')) ?? null,
  });
}
