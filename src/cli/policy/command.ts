// `panfed policy …`: the policy author's tools, each driving the real OPA.
import { Command } from 'commander';
import { OPA_VERSION } from '../../authoring/opa.ts';
import { type Output, processOutput } from '../terminal/output.ts';
import { buildCommand } from './build.ts';
import { checkCommand } from './check.ts';
import { diffCommand } from './diff.ts';
import { evalCommand } from './eval.ts';
import { explainCommand } from './explain.ts';
import { fmtCommand } from './fmt.ts';
import { policiesOption } from './folder.ts';
import { initCommand } from './init.ts';
import { installOpaCommand } from './install-opa.ts';
import { referenceCommand } from './reference.ts';
import { testCommand } from './test.ts';

const EXAMPLES = `
Examples:
  panfed policy init kit              policies/facilities/kit/: a first policy and its test, to start from
  panfed policy check                 every policy: what does not compile, and what compiles but misleads
  panfed policy check --fmt --strict  for a CI: layout and warnings count as well
  panfed policy test esrf             the tests of one owner, with OPA and of the compiled policy
  panfed policy test esrf --watch     again at each change
  panfed policy build                 writes policies/bundle/<owner>.tar.gz, the same bytes each time
  panfed policy build --check         writes nothing; exit code 3 if a bundle is not what its sources build
  panfed policy build esrf --policies ./my-policies
                                      ./my-policies/facilities/esrf/*.rego → ./my-policies/bundle/esrf.tar.gz
  panfed policy build --watch --config federation.yaml
                                      builds what labs ship as signed source, for a gateway that does not do so itself;
                                      --once does so one time
  panfed policy diff HEAD policies    who gains and loses which images by changes that are not committed yet
  panfed policy eval --as industry --image esrf/internal/mx/xds:20220110
                                      what each policy decides; \`explain\` shows why, and what would change it
  panfed policy reference input       every field that a policy is given, as Markdown; \`reasons\` has the reason codes
  panfed policy install-opa           OPA ${OPA_VERSION} into the cache, for the commands above`;

/** The command with all its subcommands. Those that need OPA reject with OPA_MISSING where there is none. */
export function policyCommand(output: Output = processOutput()): Command {
  const policy = new Command('policy').description('build, check and test Rego policies');
  policy.addHelpText('after', EXAMPLES);
  buildCommand(owned(policy.command('build')), output);
  checkCommand(owned(policy.command('check')), output);
  fmtCommand(owned(policy.command('fmt')), output);
  initCommand(policy.command('init'), output);
  testCommand(owned(policy.command('test')), output);
  policy.addCommand(diffCommand(output));
  policy.addCommand(evalCommand(output));
  policy.addCommand(explainCommand(output));
  policy.addCommand(referenceCommand(output));
  policy.addCommand(installOpaCommand(output));
  return policy;
}

function owned(command: Command): Command {
  return command
    .argument('[owner...]', 'federation, preference or a facility’s id; all unless said')
    .addOption(policiesOption());
}
