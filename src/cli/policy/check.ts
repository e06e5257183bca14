// `panfed policy check`: reports what does not compile, and what compiles but misleads, each by the name of its check.
import { type Command, Option } from 'commander';
import { compilePolicy } from '../../authoring/build/compile.ts';
import { type CheckedPolicy, checkPolicy } from '../../authoring/check.ts';
import { askingCompiled } from '../../authoring/evaluate/compiled-answers.ts';
import { refusedBySpread } from '../../authoring/evaluate/refused.ts';
import { findOpa, type Opa } from '../../authoring/opa/opa.ts';
import { formatProblems } from '../../authoring/source/format.ts';
import { type PolicyOwner, policyOwners } from '../../authoring/source/owner.ts';
import type { PolicyProblem } from '../../authoring/source/problem.ts';
import { FederationError } from '../../model/errors.ts';
import type { Output } from '../terminal/output.ts';
import { CHECK_FORMATS, type Checked, type CheckFormat, checkReport } from './check-report.ts';
import { chosenPolicies } from './folder.ts';

interface CheckOptions {
  readonly policies?: string;
  readonly format: CheckFormat;
  readonly fmt?: true;
  readonly strict?: true;
}

/**
 * Adds options and action to a command that has its owners and `--policies` already; returns the same
 * command. Parsing rejects with USAGE, OPA_MISSING or POLICY_TOO_COSTLY, and after its report with
 * POLICY_INVALID for an error, or with `--strict` for a warning too.
 */
export function checkCommand(command: Command, output: Output): Command {
  return command
    .description('report what does not compile, and what compiles but misleads, with file, line and a hint')
    .addOption(
      new Option('--format <format>', 'github: annotations; sarif: for code scanning')
        .choices(CHECK_FORMATS)
        .default('table'),
    )
    .option('--fmt', 'refuse files that opa fmt would write otherwise')
    .option('--strict', 'a warning is a failure as well')
    .addHelpText(
      'after',
      `
Examples:
  $ panfed policy check
  $ panfed policy check esrf --fmt --strict
  $ panfed policy check --format sarif > policies.sarif`,
    )
    .action((owners: string[], options: CheckOptions) => check(owners, options, output));
}

/** Reports the findings; then rejects with POLICY_INVALID if one is an error, or with `--strict` if there is any. */
async function check(names: readonly string[], options: CheckOptions, output: Output): Promise<void> {
  const owners = policyOwners(chosenPolicies(options, output), names);
  const opa = await findOpa();
  const checked: Checked[] = [];
  for (const owner of owners) {
    const { problems: found, ...rest } = await checkPolicy(opa, owner);
    const problems =
      found.length > 0 ? found : await refusedAnswersOf(opa, owner, { problems: found, ...rest });
    // A file that does not parse cannot be formatted; that is reported already.
    const compiles = !problems.some(({ check }) => check === 'compiles');
    const layout = options.fmt && compiles ? await formatProblems(opa, owner) : [];
    checked.push({ owner: owner.name, problems: [...problems, ...layout], ...rest });
  }
  const report = checkReport(options.format, checked, output);
  if (options.format === 'table') output.show(report);
  else output.data(report);
  const problems = checked.reduce((sum, one) => sum + one.problems.length, 0);
  const warnings = checked.reduce((sum, one) => sum + one.warnings.length, 0);
  const found = [...counted(problems, 'problem'), ...counted(warnings, 'warning')].join(' and ');
  if (problems > 0 || (options.strict && warnings > 0)) {
    throw new FederationError('POLICY_INVALID', `${found} found`);
  }
  if (warnings > 0) output.message(`${found}; the policy can be built all the same\n`);
}

/** Problems that only running the policy shows: answers that the gateway would refuse. */
async function refusedAnswersOf(
  opa: Opa,
  owner: PolicyOwner,
  checked: CheckedPolicy,
): Promise<readonly PolicyProblem[]> {
  const compiled = await compilePolicy(opa, owner, { checked, onlyToLoad: true });
  return askingCompiled(owner, compiled, (ask) => refusedBySpread(opa, owner, ask));
}

function counted(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'}`];
}
