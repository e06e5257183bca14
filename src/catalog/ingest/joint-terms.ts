// Joins several statements of one image's license. Labels of a base image are inherited, so that nobody knows which
// statement is the software's own: all of them apply, in one set of terms that is never more open than any of them
// alone.
import { BOUNDS } from '../../model/bounds.ts';
import type { License, LicenseStatement } from '../../model/license.ts';
import { byCodeUnits } from '../../model/sorted.ts';
import { canonicalExpression } from '../../vocabulary/license-canonical.ts';
import { parseExpression } from '../../vocabulary/spdx.ts';
import { joinConditions } from './conditions.ts';

/** One statement: its text, and its meaning by the vocabulary. */
export interface Terms extends License {
  readonly raw: string;
}

/**
 * One set of terms, independent of the order of the statements, except that of equal ones the first gives the text;
 * null if there is no statement. Recognized licenses are joined with AND (SPDX); one that is not recognized makes the
 * whole unrecognized, with a null expression, and so does a joint expression of more than 1,024 UTF-16 units. The joint text
 * is cut to as many. The conditions of all apply, and are known only if all are.
 */
export function joinTerms(statements: readonly Terms[]): Terms | null {
  const distinct = distinctTerms(statements);
  const [only, ...others] = distinct;
  if (only === undefined) return null;
  const listed = listedStatements(distinct);
  if (others.length === 0) return { ...only, statements: listed };
  const expression = jointExpression(distinct);
  const state = expression !== null ? 'normalized' : unrecognized(distinct);
  return {
    state,
    expression,
    raw: shortened(distinct.map(({ raw }) => raw).join('; ')),
    conditions: joinConditions(...distinct.map(({ conditions }) => conditions)),
    conditionsKnown: state === 'normalized' && distinct.every(({ conditionsKnown }) => conditionsKnown),
    statements: listed,
  };
}

/**
 * Statements of equal meaning once, ordered by meaning. If the conditions of one are known, so are those of its equals:
 * a facility's statement settles a label's too.
 */
function distinctTerms(statements: readonly Terms[]): Terms[] {
  const byMeaning = new Map<string, Terms>();
  for (const terms of statements) {
    const meaning = terms.expression ?? `${terms.state} ${terms.raw}`;
    const same = byMeaning.get(meaning);
    const conditionsKnown = terms.conditionsKnown || (same?.conditionsKnown ?? false);
    const statements = [...(same?.statements ?? []), ...terms.statements];
    byMeaning.set(meaning, { ...(same ?? terms), conditionsKnown, statements });
  }
  return [...byMeaning].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, terms]) => terms);
}

/** The facility's own first, then by label and text, as many as are listed. */
function listedStatements(distinct: readonly Terms[]): readonly LicenseStatement[] {
  const all = distinct.flatMap(({ statements }) => statements);
  if (all.length === 1) return all;
  return all
    .sort((a, b) => byCodeUnits(a.label ?? '', b.label ?? '') || byCodeUnits(a.text, b.text))
    .slice(0, BOUNDS.licenseStatements);
}

/**
 * Canonical, as the vocabulary's are. null if a statement has none, or if the result is longer than the bound: cutting an
 * expression would change its meaning.
 */
function jointExpression(distinct: readonly Terms[]): string | null {
  const parts = distinct.map(({ expression }) => expression);
  if (parts.includes(null)) return null;
  const tree = parseExpression(parts.map((part) => `(${part})`).join(' AND '));
  const joint = tree === null ? null : canonicalExpression(tree);
  return joint === null || joint.length > BOUNDS.license ? null : joint;
}

/** `unknown` if one states that there is no license; else there is a text that is not recognized. */
const unrecognized = (distinct: readonly Terms[]): License['state'] =>
  distinct.some(({ state }) => state === 'unknown') ? 'unknown' : 'declared';

const shortened = (text: string): string =>
  text.length > BOUNDS.license ? `${text.slice(0, BOUNDS.license - 1).toWellFormed()}…` : text;
