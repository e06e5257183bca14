// Several statements of one image's license, of which nobody can say which is the software's: a base image's labels are
// inherited. All of them hold, in one set of terms that is never more open than any of them alone.
import { BOUNDS } from '../model/bounds.ts';
import type { License } from '../model/license.ts';
import { joinConditions } from './conditions.ts';

/** One statement: its text, and what the vocabulary makes of it. */
export interface Terms extends License {
  readonly raw: string;
}

/**
 * One set of terms, the same in whatever order the statements stand, save that of equal ones the first gives the text;
 * null where there is none. Recognized licenses are joined with AND; one that is not recognized leaves the whole
 * unrecognized. Conditions of all hold, and are known only where all are.
 */
export function joinTerms(statements: readonly Terms[]): Terms | null {
  const distinct = distinctTerms(statements);
  const [only, ...others] = distinct;
  if (only === undefined || others.length === 0) return only ?? null;
  const expression = jointExpression(distinct);
  const state = expression !== null ? 'normalized' : unrecognized(distinct);
  return {
    state,
    expression,
    raw: shortened(distinct.map(({ raw }) => raw).join('; ')),
    conditions: joinConditions(...distinct.map(({ conditions }) => conditions)),
    conditionsKnown: state === 'normalized' && distinct.every(({ conditionsKnown }) => conditionsKnown),
  };
}

/** Statements of one meaning are one, in the order of their meanings: a facility that settles it settles a label's too. */
function distinctTerms(statements: readonly Terms[]): Terms[] {
  const byMeaning = new Map<string, Terms>();
  for (const terms of statements) {
    const meaning = terms.expression ?? `${terms.state} ${terms.raw}`;
    const same = byMeaning.get(meaning);
    const conditionsKnown = terms.conditionsKnown || (same?.conditionsKnown ?? false);
    byMeaning.set(meaning, { ...(same ?? terms), conditionsKnown });
  }
  return [...byMeaning].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, terms]) => terms);
}

/** null where one has none, or where it would be longer than a license may be: an expression that is cut means another. */
function jointExpression(distinct: readonly Terms[]): string | null {
  const parts = distinct.map(({ expression }) => expression);
  if (parts.includes(null)) return null;
  const joint = parts.map((part) => (/ (?:AND|OR) /.test(part ?? '') ? `(${part})` : part)).join(' AND ');
  return joint.length > BOUNDS.license ? null : joint;
}

/** `unknown` only where one says that there is no license; else there is a text that nobody recognizes. */
const unrecognized = (distinct: readonly Terms[]): License['state'] =>
  distinct.some(({ state }) => state === 'unknown') ? 'unknown' : 'declared';

const shortened = (text: string): string =>
  text.length > BOUNDS.license ? `${text.slice(0, BOUNDS.license - 1).toWellFormed()}…` : text;
