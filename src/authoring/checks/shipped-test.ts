// A test in a file of rules is compiled into the module and signed with it, and `panfed policy check` and `build` take it
// for a rule: which files are tests is told by their names alone.
import { problemAt } from '../syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';
import { rulesOf } from './rules.ts';

/** As OPA knows them; it skips the latter. */
const TEST = /^(?:todo_)?test_/;

export const shippedTest: Check = {
  name: 'shipped-test',
  severity: 'warning',
  canBeAllowed: true,
  find: ({ modules }: ParsedPolicy) =>
    rulesOf(modules)
      .filter(({ name }) => TEST.test(name))
      .map(({ module, location, name }) =>
        problemAt(
          module,
          location,
          `${name} is a test to OPA, in a file of rules: it is checked and shipped as one of them`,
          'put tests into files named …_test.rego',
        ),
      ),
};
