// `panfed policy resources`: reports which compute resources a person may see and use, by the federation's policy.
import { Command } from 'commander';
import { createResources } from '../../matching/resources.ts';
import { SYSTEM_CLOCK } from '../../model/clock.ts';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import { RESOURCE_ENTRYPOINT } from '../../policy/bundle/manifest.ts';
import { NO_COUNTERS } from '../../policy/decisions/failures.ts';
import { ResourceJudge } from '../../policy/decisions/resources.ts';
import { jsonText, type Output } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import {
  notCalled,
  type OpenSetting,
  openSetting,
  personNamed,
  type SettingOptions,
  withSettingOptions,
} from './case.ts';
import { chosenPolicies } from './folder.ts';

interface ResourcesOptions extends SettingOptions {
  readonly resource?: string;
}

const EXAMPLES = `
Examples:
  $ panfed policy resources --demo --as esrf-em
  $ panfed policy resources --as visitor --resource desy/maxwell-gpu --format json

The entry point ${RESOURCE_ENTRYPOINT} of the federation's policy decides. A resource that a person may not see does not exist for
them, nor does one that the policy fails for. The person is one of --subjects, where the demo's people are.`;

/**
 * `panfed policy resources`, which writes to `output`; the environment is the process's and the setting the command's own by default.
 * Rejects with USAGE for a person or a resource that is not known, with POLICY_INVALID for a policy without that entry point, and as
 * {@link openSetting} and the methods of what it opens do.
 */
export function resourcesCommand(
  output: Output,
  env: NodeJS.ProcessEnv = process.env,
  open: OpenSetting = openSetting,
): Command {
  return withSettingOptions(
    new Command('resources')
      .requiredOption('--as <person>', 'who asks, by name')
      .option('--resource <id>', 'this one alone, as desy/maxwell-gpu'),
  )
    .description('report which compute resources a person may see and use')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ResourcesOptions) => {
      const judged = await judgedFor(options, output, env, open);
      if (options.format === 'json') output.data(jsonText({ person: options.as, resources: judged }));
      else output.show(text(judged, output));
    });
}

interface JudgedResource {
  readonly id: string;
  readonly visible: boolean;
  readonly use: boolean;
  /** Why they may not use one that they may see. */
  readonly reasons: readonly {
    readonly code: string;
    readonly message: string;
    readonly remedy: string | null;
  }[];
  /** Why the policy gave no decision; null: it did. */
  readonly failure: string | null;
}

async function judgedFor(
  options: ResourcesOptions,
  output: Output,
  env: NodeJS.ProcessEnv,
  open: OpenSetting,
): Promise<readonly JudgedResource[]> {
  const policies = chosenPolicies(options, output);
  const { config, modules, close } = await open(options, policies, env);
  try {
    const subject = await personNamed(options, policies, config.facilities);
    const resources = chosen(await createResources(config), options.resource);
    const { sourced, pool } = await modules(null);
    const [federation] = sourced;
    if (federation?.module.more.includes(RESOURCE_ENTRYPOINT) !== true) {
      throw new FederationError('POLICY_INVALID', `the federation's policy has no ${RESOURCE_ENTRYPOINT}`, {
        at: federation?.from ?? policies,
        hint: 'Without it no compute resource exists for anybody: write the rule `resource` in its package.',
      });
    }
    const failures: string[] = [];
    const judge = new ResourceJudge(federation.module, {
      ...{ pool, clock: SYSTEM_CLOCK },
      names: new Map(config.facilities.map(({ id, name }) => [id, name])),
      counters: NO_COUNTERS,
      failures: { add: (_, __, all) => void failures.push(...all.map(({ detail }) => detail)) },
    });
    const judged: JudgedResource[] = [];
    for (const resource of resources) {
      failures.length = 0;
      const [access] = await judge.judge([resource], subject);
      judged.push({
        id: resource.id,
        ...{ visible: access !== undefined, use: access?.use ?? false },
        reasons: (access?.reasons ?? []).map(({ code, message, remedy }) => ({ code, message, remedy })),
        failure: failures[0] === undefined ? null : inert(failures[0]),
      });
    }
    return judged;
  } finally {
    await close();
  }
}

/** All of them, or the one of that id. Throws USAGE where there is none. */
function chosen<T extends { readonly id: string }>(
  resources: readonly T[],
  id: string | undefined,
): readonly T[] {
  const found = resources.filter((resource) => id === undefined || resource.id === id);
  if (found.length > 0) return found;
  const ids = resources.map((resource) => resource.id);
  if (id === undefined) {
    throw new FederationError('USAGE', 'the configuration has no compute resource', {
      hint: 'State them in `facilities[].compute` of federation.yaml.',
    });
  }
  throw notCalled(id, { one: 'compute resource', all: 'resources', names: ids });
}

/** A line for each resource, and one for each further reason. */
function text(judged: readonly JudgedResource[], output: Output): string {
  const rows = judged.flatMap(({ id, visible, use, reasons, failure }) => {
    const why = failure === null ? reasons.map(reasonText) : [`The policy failed: ${failure}`];
    return (why.length === 0 ? [''] : why).map((reason, index) => ({ id, visible, use, reason, index }));
  });
  type Row = (typeof rows)[number];
  const first =
    (cell: (row: Row) => string) =>
    (row: Row): string =>
      row.index === 0 ? cell(row) : '';
  return table(
    [
      { title: 'RESOURCE', cell: first(({ id }) => id) },
      { title: 'SEE', cell: first(({ visible }) => (visible ? 'yes' : 'no')) },
      { title: 'USE', cell: first(({ use }) => (use ? 'yes' : 'no')) },
      { title: 'WHY NOT', cell: ({ reason }) => reason, wide: true },
    ],
    rows,
    output,
  );
}

const reasonText = ({ code, message, remedy }: JudgedResource['reasons'][number]): string =>
  `${code}: ${message}${remedy === null ? '' : ` ${remedy}`}`;
