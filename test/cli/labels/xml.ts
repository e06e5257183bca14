// What a report in JUnit XML has, read by its tags: enough for the form that panfed writes.
/** The counts of the one suite, and the names of its cases. */
export function suiteOf(xml: string): {
  readonly tests: string;
  readonly failures: string;
  readonly cases: readonly string[];
} {
  const [, tests = '', failures = ''] =
    /<testsuite name="[^"<>]*" tests="(\d+)" failures="(\d+)"/.exec(xml) ?? [];
  const cases = [...xml.matchAll(/<testcase classname="[^"<>]*" name="([^"<>]*)"/g)].map(
    ([, name = '']) => name,
  );
  return { tests, failures, cases };
}
