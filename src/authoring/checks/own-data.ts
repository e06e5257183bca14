// Data that says what a rule says: OPA's own check and build pass it, and its evaluator refuses it.
import { isObject } from '../../model/json-object.ts';
import { DATA_FILE, dataAt } from '../data.ts';
import { problemAt } from '../syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { type Rule, rulesOf } from './rules.ts';

/** What is wrong with the document itself is found in ../check.ts. */
export const ownData: Check = {
  name: 'own-data',
  severity: 'error',
  canBeAllowed: false,
  find: ({ modules, data }: ParsedPolicy) =>
    data === null
      ? []
      : [...new Map(rulesOf(modules).map((rule) => [pathOf(rule).join('.'), rule])).values()]
          .filter((rule) => isSaid(data, pathOf(rule)))
          .map(({ module, location, name }) =>
            problemAt(
              module,
              location,
              `${DATA_FILE} says what ${name} is as well`,
              'give one of the two another name',
            ),
          ),
};

const pathOf = ({ module, name }: Rule): readonly string[] => [...module.package, name];

/** Whether there is anything at the path, or on the way to it what no rule can stand in. */
function isSaid(data: unknown, path: readonly string[]): boolean {
  return path.some((_, depth) => {
    const inside = dataAt(data, path.slice(0, depth + 1));
    return inside !== undefined && (depth === path.length - 1 || !isObject(inside));
  });
}
