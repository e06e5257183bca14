// `panfed policy …`: the policy author's tools, each driving the real OPA.
import { realpathSync } from 'node:fs';
import { Command, Option } from 'commander';
import { FederationError } from '../model/errors.ts';
import { assertReproduced, type Built, buildBundles, buildCapabilities } from '../policy/build/build.ts';
import { installOpa } from '../policy/build/install.ts';
import { findOpa, OPA_VERSION } from '../policy/build/opa.ts';
import { OWN_POLICIES, policyOwners } from '../policy/build/owner.ts';
import { jsonText, type Output, processOutput } from './output.ts';
import { checkCommand } from './policy-check.ts';
import { diffCommand } from './policy-diff.ts';
import { evalCommand } from './policy-eval.ts';
import { explainCommand } from './policy-explain.ts';
import { fmtCommand } from './policy-fmt.ts';
import { initCommand } from './policy-init.ts';
import { referenceCommand } from './policy-reference.ts';
import { testCommand } from './policy-test.ts';
import { table } from './table.ts';

interface PolicyOptions {
  readonly policies: string;
  readonly format: 'table' | 'json';
}

interface BuildCommandOptions extends PolicyOptions {
  readonly check?: boolean;
  readonly watch?: boolean;
  readonly config?: string;
}

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
                                      what labs ship as signed source, for a gateway that does not build it itself
  panfed policy diff HEAD policies    who gains and loses which images by what is not committed yet
  panfed policy eval --as industry --image esrf/internal/mx/xds:20220110
                                      what each policy decides; \`explain\` tells why, and what would change it
  panfed policy reference input       every field that a policy is given, as Markdown; \`reasons\` has the reason codes
  panfed policy install-opa           OPA ${OPA_VERSION} into the cache, for the commands above`;

export function policyCommand(output: Output = processOutput()): Command {
  const policy = new Command('policy').description('build, check and test Rego policies');
  policy.addHelpText('after', EXAMPLES);
  shared(policy.command('build'))
    .description('compile each owner’s policy to its bundle')
    .option('--check', 'compare with the bundles that are there, and write nothing')
    .option('--watch', 'fetch, verify, build and keep what labs ship as signed source, until it is stopped')
    .option('--config <file>', 'of --watch: federation.yaml unless said')
    .action((owners: string[], options: BuildCommandOptions) => build(owners, options, output));
  checkCommand(owned(policy.command('check')), output);
  fmtCommand(owned(policy.command('fmt')), output);
  initCommand(policy.command('init'), output);
  testCommand(owned(policy.command('test')), output);
  policy.addCommand(diffCommand(output));
  policy.addCommand(evalCommand(output));
  policy.addCommand(explainCommand(output));
  policy.addCommand(referenceCommand(output));
  policy
    .command('install-opa')
    .description(`bring OPA ${OPA_VERSION} into the cache: by Go, else the official release by its checksum`)
    .action(async () => {
      const { path } = await installOpa({ progress: (line) => output.message(`${line}\n`) });
      output.data(`${path}\n`);
    });
  return policy;
}

function shared(command: Command): Command {
  return owned(command).addOption(
    new Option('--format <format>').choices(['table', 'json']).default('table'),
  );
}

function owned(command: Command): Command {
  return command
    .argument('[owner...]', 'federation, preference or a facility’s id; all unless said')
    .addOption(
      new Option('--policies <folder>', 'where the policies are').default(
        OWN_POLICIES,
        'those that panfed ships',
      ),
    );
}

async function build(names: readonly string[], options: BuildCommandOptions, output: Output): Promise<void> {
  const { watch = false, check = false, config } = options;
  if (!watch && config === undefined) return buildFolder(names, options, output);
  if (!watch || check || names.length > 0) {
    throw new FederationError(
      'USAGE',
      '--watch and --config go together, without owners and without --check',
      {
        hint: 'panfed policy build --watch --config federation.yaml',
      },
    );
  }
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => controller.abort());
  }
  const { watchSources } = await import('./policy-build-watch.ts');
  await watchSources({
    ...{ config: config ?? 'federation.yaml', env: process.env, output },
    stop: controller.signal,
  });
}

async function buildFolder(
  names: readonly string[],
  { policies, format, check: comparing = false }: BuildCommandOptions,
  output: Output,
): Promise<void> {
  const owners = policyOwners(policies, names);
  const opa = await findOpa();
  const options = { check: comparing, progress: (line: string) => output.message(`${line}\n`) };
  // Which built-ins there are is OPA's to say and panfed's to commit, not that of whoever writes a policy.
  const whole = names.length === 0 && realpathSync(policies) === realpathSync(OWN_POLICIES);
  const built = [
    ...(whole ? [await buildCapabilities(opa, options)] : []),
    ...(await buildBundles(opa, policies, owners, options)),
  ];
  output.data(format === 'json' ? jsonText(built) : builtTable(built, output));
  assertReproduced(built);
}

function builtTable(built: readonly Built[], output: Output): string {
  return table<Built>(
    [
      { title: 'FILE', cell: ({ file }) => file },
      { title: 'OUTCOME', cell: ({ outcome }) => outcome },
      { title: 'BYTES', cell: ({ bytes }) => String(bytes) },
      { title: 'REVISION', cell: ({ revision }) => revision ?? '', wide: true },
    ],
    built,
    output,
  );
}
