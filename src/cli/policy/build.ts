// `panfed policy build`: builds the bundles of a folder of policies, or, with `--watch` or `--once`, those of the
// signed source that labs ship.
import { realpathSync } from 'node:fs';
import { type Command, Option } from 'commander';
import {
  assertReproduced,
  type Built,
  buildBundles,
  buildCapabilities,
} from '../../authoring/build/build.ts';
import { findOpa } from '../../authoring/opa/opa.ts';
import { OWN_POLICIES, policyOwners } from '../../authoring/source/owner.ts';
import type { Environment } from '../../config/secrets.ts';
import { FederationError } from '../../model/errors.ts';
import { HANG_UP, stopSignal } from '../stop-signal.ts';
import { goOnWithoutReaders, jsonText, type Output } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import { chosenPolicies } from './folder.ts';

interface BuildOptions {
  readonly policies?: string;
  readonly format: 'table' | 'json';
  readonly check?: boolean;
  readonly watch?: boolean;
  readonly once?: boolean;
  readonly config?: string;
}

const EXAMPLES = `
Examples:
  $ panfed policy build
  $ panfed policy build --check
  $ panfed policy build esrf --policies ./my-policies
  $ panfed policy build --watch
  $ panfed policy build --watch --config /etc/panfed/federation.yaml --format json
  $ panfed policy build desy --once

--watch and --once are the policy builder of a gateway with \`policies.builder: separate\`. They fetch what labs ship as signed
source (\`facilities[].policy.source\`), verify, build and test it, and store it where the gateway reads it; owners are those
facilities then. Each event is a line on stdout, of JSON with --format json. --watch goes on until it is interrupted.
Exit codes of --once: 0 everything is stored, 3 a source was refused, 5 a source did not answer.`;

/**
 * Adds options and action to a command that has its owners and `--policies` already; returns the same
 * command. The environment, for `--watch` and `--once`, is the process's by default. Parsing rejects with
 * USAGE, OPA_MISSING, POLICY_TOO_COSTLY, or POLICY_INVALID for a policy that does not build or, with
 * `--check`, a bundle that differs; with `--watch` and `--once` as {@link watchSources} does, such as with
 * CONFIG_INVALID or SOURCE_UNAVAILABLE.
 */
export function buildCommand(command: Command, output: Output, env: Environment = process.env): Command {
  return command
    .description('compile each owner’s policy to its bundle')
    .addOption(new Option('--format <format>').choices(['table', 'json']).default('table'))
    .option('--check', 'compare with the bundles that are there, and write nothing')
    .option('--watch', 'build what labs ship as signed source, again whenever there is a new version')
    .option('--once', 'build what labs ship as signed source now, and end')
    .option('-c, --config <file>', 'the configuration, for --watch and --once; federation.yaml unless said')
    .addHelpText('after', EXAMPLES)
    .action(async (owners: string[], options: BuildOptions) => {
      const others = options.policies === undefined ? [] : ['--policies'];
      assertUsage(options, others);
      if (options.watch || options.once) await buildSources(owners, options, output, env);
      else await buildFolder(owners, options, output);
    });
}

function assertUsage({ check, watch, once, config }: BuildOptions, others: readonly string[]): void {
  const hint = '`panfed policy build --help` has examples.';
  if (watch && once) throw new FederationError('USAGE', '--watch and --once exclude each other', { hint });
  const mode = watch ? '--watch' : once ? '--once' : null;
  const [ofFolder] = [...(check ? ['--check'] : []), ...others];
  if (mode !== null && ofFolder !== undefined) {
    throw new FederationError(
      'USAGE',
      `${ofFolder} is for a folder of policies, and ${mode} for labs’ signed sources`,
      {
        hint,
      },
    );
  }
  if (mode === null && config !== undefined) {
    throw new FederationError('USAGE', '--config needs --watch or --once', { hint });
  }
}

async function buildSources(
  owners: readonly string[],
  { config = 'federation.yaml', once = false, format }: BuildOptions,
  output: Output,
  env: Environment,
): Promise<void> {
  const { signal, onHangUp } = stopSignal();
  onHangUp(() => output.message(HANG_UP));
  if (!once) goOnWithoutReaders();
  // Imported here, since building a folder does not need it and would wait for it to be loaded.
  const { watchSources } = await import('./build/watch.ts');
  await watchSources({ config, owners, once, format, env, output, stop: signal });
}

async function buildFolder(names: readonly string[], given: BuildOptions, output: Output): Promise<void> {
  const { format, check: comparing = false } = given;
  const policies = chosenPolicies(given, output);
  const owners = policyOwners(policies, names);
  const opa = await findOpa();
  const options = { check: comparing, progress: (line: string) => output.message(`${line}\n`) };
  // The list of built-ins comes from OPA and is committed with panfed: authors of other policies do not write it.
  const whole = names.length === 0 && realpathSync(policies) === realpathSync(OWN_POLICIES);
  const built = [
    ...(whole ? [await buildCapabilities(opa, options)] : []),
    ...(await buildBundles(opa, policies, owners, options)),
  ];
  if (format === 'json') output.data(jsonText(built));
  else output.show(builtTable(built, output));
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
