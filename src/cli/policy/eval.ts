// `panfed policy eval`: reports what a person may do with an image, by each module and by all together.
import { Command } from 'commander';
import { ACTIONS, type Access } from '../../model/decision.ts';
import { inert } from '../../model/inert.ts';
import { decide } from '../../policy/explain/explain-decision.ts';
import { jsonText, type Output } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import {
  CASE_HELP,
  type CaseOptions,
  type OpenCase,
  type OpenSetting,
  withCase,
  withCaseOptions,
} from './case.ts';
import { type ShownTime, shownTime } from './time.ts';

const EXAMPLES = `
Examples:
  $ panfed policy eval --as industry --image esrf/internal/mx/xds:20220110
  $ panfed policy eval --as esrf-em --image em/relion:3.1.4 --at esrf --format json`;

/**
 * `panfed policy eval`, which writes to `output`; the environment is the process's and the setting the command's own by
 * default. The action rejects as {@link withCase} and {@link decide} do.
 */
export function evalCommand(
  output: Output,
  env: NodeJS.ProcessEnv = process.env,
  open?: OpenSetting,
): Command {
  return withCaseOptions(new Command('eval'))
    .description('report what a person may do with an image, by each policy and by all together')
    .addHelpText('after', `${CASE_HELP}\n${EXAMPLES}`)
    .action((options: CaseOptions) =>
      withCase(
        options,
        output,
        env,
        async (opened) => {
          const evaluation = await evaluated(opened);
          if (options.format === 'json') output.data(jsonText(evaluation));
          else output.show(text(evaluation, output));
        },
        open,
      ),
    );
}

interface Evaluated {
  readonly image: string;
  readonly person: string;
  readonly at: string | null;
  readonly decision: Access;
  readonly modules: readonly {
    readonly policy: string;
    readonly from: string;
    readonly revision: string;
    /** null: it does not read the time. */
    readonly time: ShownTime | null;
    readonly decision: Access;
  }[];
}

async function evaluated({ case: of, person, sourced, context }: OpenCase): Promise<Evaluated> {
  return {
    image: of.record.id,
    person,
    at: of.at?.facility ?? null,
    decision: await decide(sourced, of, context),
    modules: await Promise.all(
      sourced.map(async (one) => ({
        policy: one.owner,
        from: one.from,
        revision: one.module.revision,
        time: shownTime(one.module, of.time),
        decision: await decide([one], of, context),
      })),
    ),
  };
}

function text(evaluation: Evaluated, output: Output): string {
  const { modules, decision } = evaluation;
  return `${caseText(evaluation, output)}\n${decisionsText(modules, decision, output)}${reasonsText(decision, output)}`;
}

interface ShownCase {
  readonly image: string;
  readonly person: string;
  readonly at: string | null;
  readonly modules: readonly { readonly policy: string; readonly time: ShownTime | null }[];
}

/**
 * Image, person and place (`none` for null), a line each; and the time (RFC 3339, UTC), as each module that reads it
 * sees it.
 */
export function caseText({ image, person, at, modules }: ShownCase, output: Output): string {
  const line = (word: string, value: string) => `${output.style('dim', word.padEnd(8))}${inert(value)}\n`;
  const times = modules.map(({ policy, time }) =>
    time === null ? '' : line('time', `${time.start} to ${policy}, in buckets of ${time.bucket}`),
  );
  return line('image', image) + line('person', person) + line('place', at ?? 'none') + times.join('');
}

/** A table of yes and no for each action: a line for each module, in their order, and one for all together. */
export function decisionsText(
  modules: readonly { readonly policy: string; readonly from: string; readonly decision: Access }[],
  whole: Access,
  output: Output,
): string {
  return table(
    [
      { title: 'POLICY', cell: ({ policy }) => policy },
      ...ACTIONS.map((action) => ({
        title: action.toUpperCase(),
        cell: ({ decision }: (typeof modules)[number]) => (decision[action] ? 'yes' : 'no'),
      })),
      { title: 'FROM', cell: ({ from }) => from, wide: true },
    ],
    [...modules, { policy: 'together', from: '', decision: whole }],
    output,
  );
}

/** A table of the reasons with their messages and remedies; empty where all is allowed. */
export function reasonsText({ reasons }: Access, output: Output): string {
  if (reasons.length === 0) return '';
  return `\n${table(
    [
      { title: 'ACTION', cell: ({ action }) => action },
      { title: 'REASON', cell: ({ code }) => code },
      { title: 'POLICY', cell: ({ policy }) => policy },
      {
        title: 'IT SAYS',
        cell: ({ message, remedy }) => (remedy === null ? message : `${message} ${remedy}`),
        wide: true,
      },
    ],
    reasons,
    output,
  )}`;
}
