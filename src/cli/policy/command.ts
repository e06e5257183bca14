// `panfed policy …`: the policy author's tools, each driving the real OPA.
import { Command } from 'commander';
import { OPA_VERSION } from '../../authoring/opa/opa.ts';
import { type CommandLoaders, loadCommands } from '../load-commands.ts';
import { type Output, processOutput } from '../terminal/output.ts';
import { policiesOption } from './folder.ts';

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
  panfed policy resources --as industry
                                      which compute resources they may see and use, by the federation's policy
  panfed policy reference input       every field that a policy is given, as Markdown; \`reasons\` has the reason codes
  panfed policy install-opa           OPA ${OPA_VERSION} into the cache, for the commands above`;

/**
 * `panfed policy`, which writes to `output` (by default the process's), with the subcommand that the words
 * behind it name, or with all of them where they name none, as by default. Those that need OPA reject with
 * OPA_MISSING where there is none, and as each says itself.
 */
export async function policyCommand(
  output: Output = processOutput(),
  words: readonly string[] = [],
): Promise<Command> {
  const policy = new Command('policy').description('build, check and test Rego policies');
  policy.addHelpText('after', EXAMPLES);
  for (const command of await loadCommands(commandLoaders(output), words[0])) policy.addCommand(command);
  return policy;
}

function commandLoaders(output: Output): CommandLoaders {
  return {
    build: async () => (await import('./build.ts')).buildCommand(ofOwners('build'), output),
    check: async () => (await import('./check.ts')).checkCommand(ofOwners('check'), output),
    fmt: async () => (await import('./fmt.ts')).fmtCommand(ofOwners('fmt'), output),
    init: async () => (await import('./init.ts')).initCommand(new Command('init'), output),
    test: async () => (await import('./test.ts')).testCommand(ofOwners('test'), output),
    diff: async () => (await import('./diff.ts')).diffCommand(output),
    eval: async () => (await import('./eval.ts')).evalCommand(output),
    explain: async () => (await import('./explain.ts')).explainCommand(output),
    resources: async () => (await import('./resources.ts')).resourcesCommand(output),
    reference: async () => (await import('./reference.ts')).referenceCommand(output),
    'install-opa': async () => (await import('./install-opa.ts')).installOpaCommand(output),
  };
}

function ofOwners(name: string): Command {
  return new Command(name)
    .argument('[owner...]', 'federation, preference or a facility’s id; all unless said')
    .addOption(policiesOption());
}
