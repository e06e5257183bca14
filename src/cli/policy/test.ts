// `panfed policy test`: runs the tests of policies with OPA, asks the compiled policies the same, and reports the
// outcome; once, or after each change of a file.
import { type Command, Option } from 'commander';
import { type FileCoverage, policyCoverage } from '../../authoring/evaluate/coverage.ts';
import { isFailure, type PolicyTest, testPolicy } from '../../authoring/evaluate/test.ts';
import { findOpa, type Opa } from '../../authoring/opa/opa.ts';
import { policyOwners } from '../../authoring/source/owner.ts';
import { FederationError } from '../../model/errors.ts';
import { reportFailure } from '../failure.ts';
import { numbered } from '../terminal/numbered.ts';
import { jsonText, type Output } from '../terminal/output.ts';
import { assertCovered, coverageTable, thresholdOf } from './coverage.ts';
import { chosenPolicies } from './folder.ts';
import { TEST_FORMATS, type TestFormat, testReport } from './test-report.ts';
import { changesOf } from './watch.ts';

interface TestOptions {
  readonly policies?: string;
  readonly format: TestFormat;
  readonly watch?: true;
  readonly coverage?: true;
  /** Per cent; asks for coverage. */
  readonly threshold?: number;
}

type ChosenOptions = TestOptions & { readonly policies: string };

/**
 * Adds options and action to a command that has its owners and `--policies` already; returns the same command. Where a test of
 * an owner fails, the coverage of that one is left out. `signal` ends `--watch`, which reports failures and goes on. Parsing
 * rejects with USAGE, OPA_MISSING, POLICY_INVALID, POLICY_TOO_COSTLY or POLICY_TESTS_FAILED, as {@link testPolicy} does and for
 * a threshold that is missed.
 */
export function testCommand(command: Command, output: Output, signal?: AbortSignal): Command {
  return command
    .description('run each owner’s tests with OPA, and ask the compiled policy the same')
    .addOption(new Option('--format <format>').choices(TEST_FORMATS).default('table'))
    .option('--coverage', 'show the lines that no test reaches')
    .option('--threshold <percent>', 'fail if less of a policy’s lines is covered', thresholdOf)
    .option('--watch', 'run them again whenever a file of the policies changes, until interrupted')
    .addHelpText(
      'after',
      `
Examples:
  $ panfed policy test
  $ panfed policy test esrf --watch
  $ panfed policy test --coverage --threshold 90`,
    )
    .action(async (owners: string[], options: TestOptions) => {
      const chosen = { ...options, policies: chosenPolicies(options, output) };
      const opa = await findOpa();
      if (options.watch) await watch(opa, owners, chosen, output, signal);
      else await run(opa, owners, chosen, output);
    });
}

/** Reports the outcome; then rejects with POLICY_TESTS_FAILED if a test failed, or an owner is below the threshold. */
async function run(
  opa: Opa,
  names: readonly string[],
  { policies, format, coverage, threshold }: ChosenOptions,
  output: Output,
): Promise<void> {
  const tests: PolicyTest[] = [];
  const files: FileCoverage[] = [];
  const measured = coverage === true || threshold !== undefined;
  for (const owner of policyOwners(policies, names)) {
    const own = await testPolicy(opa, owner);
    tests.push(...own);
    // OPA measures no coverage by tests of which one fails.
    if (measured && !own.some(isFailure)) files.push(...(await policyCoverage(opa, owner)));
  }
  if (measured && format === 'json') output.data(jsonText({ tests, coverage: files }));
  else if (format === 'table') output.show(testReport(format, tests, output));
  else output.data(testReport(format, tests, output));
  // JUnit and GitHub's commands have no place for coverage.
  if (files.length > 0 && format === 'table') output.show(`\n${coverageTable(files, output)}`);
  else if (files.length > 0 && format !== 'json') output.message(coverageTable(files, output));
  const failed = tests.filter(isFailure).length;
  if (failed > 0) {
    const hint = measured ? 'the coverage of a policy is measured once all of its tests pass' : undefined;
    throw new FederationError(
      'POLICY_TESTS_FAILED',
      `${failed} of ${numbered(tests.length, 'test')} failed`,
      { hint },
    );
  }
  if (threshold !== undefined) assertCovered(files, threshold);
}

/** Reports failures and does not throw them: a policy that is being written is wrong most of the time. */
async function watch(
  opa: Opa,
  names: readonly string[],
  options: ChosenOptions,
  output: Output,
  signal?: AbortSignal,
): Promise<void> {
  const changes = await changesOf(options.policies, signal);
  do {
    await run(opa, names, options, output).catch((error: unknown) => {
      reportFailure(error, output, process.env);
    });
    output.message(`waiting for changes in ${options.policies}\n`);
  } while (!(await changes.next()).done);
}
