// `panfed policy build|check|test|install-opa`: the policy author's tools, each driving the real OPA.
import { realpathSync } from 'node:fs';
import { Command, Option } from 'commander';
import { FederationError } from '../model/errors.ts';
import { inert } from '../model/inert.ts';
import { assertReproduced, type Built, buildBundles, buildCapabilities } from '../policy/build/build.ts';
import { type CheckedPolicy, checkPolicy } from '../policy/build/check.ts';
import { installOpa } from '../policy/build/install.ts';
import { findOpa, OPA_VERSION } from '../policy/build/opa.ts';
import { OWN_POLICIES, policyOwners } from '../policy/build/owner.ts';
import { placeOf } from '../policy/build/problem.ts';
import { jsonText, type Output, processOutput } from './output.ts';
import { testCommand } from './policy-test.ts';
import { table } from './table.ts';

interface PolicyOptions {
  readonly policies: string;
  readonly format: 'table' | 'json';
}

const EXAMPLES = `
Examples:
  panfed policy check                 every policy: does it compile, and if not, where and why
  panfed policy test esrf             the tests of one owner, with OPA and of the compiled policy
  panfed policy test esrf --watch     again at each change
  panfed policy build                 writes policies/bundle/<owner>.tar.gz, the same bytes each time
  panfed policy build --check         writes nothing; exit code 3 if a bundle is not what its sources build
  panfed policy build esrf --policies ./my-policies
                                      ./my-policies/facilities/esrf/*.rego → ./my-policies/bundle/esrf.tar.gz
  panfed policy install-opa           OPA ${OPA_VERSION} into the cache, for the commands above`;

export function policyCommand(output: Output = processOutput()): Command {
  const policy = new Command('policy').description('build, check and test Rego policies');
  policy.addHelpText('after', EXAMPLES);
  shared(policy.command('build'))
    .description('compile each owner’s policy to its bundle')
    .option('--check', 'compare with the bundles that are there, and write nothing')
    .action((owners: string[], options: PolicyOptions & { check?: true }) => build(owners, options, output));
  shared(policy.command('check'))
    .description('tell what does not compile, with file, line and a hint')
    .action((owners: string[], options: PolicyOptions) => check(owners, options, output));
  testCommand(owned(policy.command('test')), output);
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

async function build(
  names: readonly string[],
  { policies, format, check: comparing = false }: PolicyOptions & { readonly check?: boolean },
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

async function check(names: readonly string[], options: PolicyOptions, output: Output): Promise<void> {
  const owners = policyOwners(options.policies, names);
  const opa = await findOpa();
  const checked: (CheckedPolicy & { readonly owner: string })[] = [];
  for (const owner of owners) checked.push({ owner: owner.name, ...(await checkPolicy(opa, owner)) });
  output.data(options.format === 'json' ? jsonText(checked) : checkedText(checked, output));
  const count = checked.reduce((sum, { problems }) => sum + problems.length, 0);
  if (count > 0) {
    throw new FederationError('POLICY_INVALID', `${count === 1 ? '1 problem' : `${count} problems`} found`);
  }
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

function checkedText(
  checked: readonly (CheckedPolicy & { readonly owner: string })[],
  output: Output,
): string {
  const problems = checked.flatMap((one) => one.problems);
  if (problems.length > 0) {
    return problems
      .map(
        (one) =>
          `${inert(placeOf(one))}: ${inert(one.message)}\n${one.hint === null ? '' : `  hint: ${inert(one.hint)}\n`}`,
      )
      .join('');
  }
  return table(
    [
      { title: 'OWNER', cell: ({ owner }) => owner },
      { title: 'READS', cell: ({ reads }) => reads.map((path) => path.join('.')).join(' '), wide: true },
      { title: 'REASONS', cell: ({ reasons }) => String(Object.keys(reasons).length) },
    ],
    checked,
    output,
  );
}
