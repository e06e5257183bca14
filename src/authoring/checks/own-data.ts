// Data that says what a rule says: OPA's own check and build pass it, and its evaluator refuses it.
import { isObject } from '../../model/json-object.ts';
import { DATA_FILE, dataAt } from '../source/data.ts';
import { problemAt } from '../source/syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';
import type { Rule } from './rules.ts';

/** Problems of the document itself are found in ../check.ts. */
export const ownData: Check = {
  name: 'own-data',
  severity: 'error',
  canBeAllowed: false,
  find: ({ rules, data }: ParsedPolicy) =>
    data === null
      ? []
      : [...new Map(rules.map((rule) => [pathOf(rule).join('.'), rule])).values()]
          .filter((rule) => isDefined(data, pathOf(rule)))
          .map(({ module, location, name }) =>
            problemAt(module, location, `${DATA_FILE} defines ${name} as well`, 'rename one of the two'),
          ),
};

const pathOf = ({ module, name }: Rule): readonly string[] => [...module.package, name];

/** Whether the data have a value at the path, or a value on the way to it that cannot contain a rule. */
function isDefined(data: unknown, path: readonly string[]): boolean {
  return path.some((_, depth) => {
    const inside = dataAt(data, path.slice(0, depth + 1));
    return inside !== undefined && (depth === path.length - 1 || !isObject(inside));
  });
}
