// Finds tests in files of rules: they are compiled into the module and signed with it, and `panfed policy check` and
// `build` treat them as rules, because only the names of files distinguish tests.
import { problemAt } from '../source/syntax.ts';
import type { Check, ParsedPolicy } from './check.ts';

/** OPA's names of tests; it skips `todo_test_…`. */
const TEST = /^(?:todo_)?test_/;

/** Warns of tests in files of rules, with which they would be compiled and signed. */
export const shippedTest: Check = {
  name: 'shipped-test',
  severity: 'warning',
  canBeAllowed: true,
  find: ({ rules }: ParsedPolicy) =>
    rules
      .filter(({ name }) => TEST.test(name))
      .map(({ module, location, name }) =>
        problemAt(
          module,
          location,
          `${name} is a test for OPA, but in a file of rules: it is checked and shipped as a rule`,
          'put tests into files named …_test.rego',
        ),
      ),
};
