// `panfed policy explain`: shows which rules made a decision, their input, and what would have to be different.
import { Command } from 'commander';
import { type SourcedModule, textsOfSources } from '../../authoring/evaluate/sourced-modules.ts';
import { type Trace, tracePolicy } from '../../authoring/evaluate/trace.ts';
import { ACTIONS, type Access } from '../../model/decision.ts';
import { inert } from '../../model/inert.ts';
import { explain, explainWhole } from '../../policy/explain/explain-decision.ts';
import { jsonText, type Output } from '../terminal/output.ts';
import {
  CASE_HELP,
  type CaseOptions,
  type OpenCase,
  type OpenSetting,
  withCase,
  withCaseOptions,
} from './case.ts';
import { type Explained, type ExplainedModule, explainedText } from './explain-report.ts';
import { shownTime } from './time.ts';

const EXAMPLES = `
Examples:
  $ panfed policy explain --as industry --image esrf/internal/mx/xds:20220110
  $ panfed policy explain --as visitor --image em/relion:3.1.4 --at esrf --format json`;

/**
 * `panfed policy explain`, which writes to `output`; the environment is the process's by default. The action
 * rejects as {@link withCase} and {@link explain} do, and as {@link tracePolicy} and {@link textsOfSources}
 * where a module with sources is to be traced, such as with OPA_MISSING.
 */
export function explainCommand(
  output: Output,
  env: NodeJS.ProcessEnv = process.env,
  open?: OpenSetting,
): Command {
  return withCaseOptions(new Command('explain'))
    .description('show which rules made a decision, and the nearest change that would allow what is denied')
    .addHelpText('after', `${CASE_HELP}\n${EXAMPLES}`)
    .action((options: CaseOptions) =>
      withCase(
        options,
        output,
        env,
        async (opened) => {
          const explanation = await explained(opened, output);
          if (options.format === 'json') output.data(jsonText(explanation));
          else output.show(explainedText(explanation, output));
        },
        open,
      ),
    );
}

async function explained(
  { case: of, person, sourced, context, opa }: OpenCase,
  output: Output,
): Promise<Explained> {
  const hints = await textsOfSources(sourced);
  const { access, nearest } = await explainWhole(sourced, of, { ...context, hints });
  const modules: ExplainedModule[] = [];
  for (const each of sourced) {
    const one = await explain(each, of, { ...context, hints });
    const trace = await traceOf(each, one.input, one.access, opa, output);
    modules.push({
      policy: each.owner,
      from: each.from,
      revision: one.revision,
      time: shownTime(each.module, of.time),
      decision: one.access,
      input: one.input === null ? null : JSON.parse(one.input),
      nearest: one.nearest,
      rules: trace?.rules ?? null,
    });
  }
  return {
    image: of.record.id,
    person,
    at: of.at?.facility ?? null,
    decision: access,
    nearest,
    modules,
  };
}

async function traceOf(
  { owner, source, rules }: SourcedModule,
  input: string | null,
  access: Access,
  opa: OpenCase['opa'],
  output: Output,
): Promise<Trace | null> {
  if (source === null || input === null) return null;
  const trace = await tracePolicy(await opa(), source, input, await rules());
  if (!agrees(trace.decision, access)) {
    output.message(
      `${output.style('yellow', 'warning:', 'message')} OPA and the compiled policy of ${inert(owner)} decide differently: try \`panfed policy test\`\n`,
    );
  }
  return trace;
}

function agrees(decision: unknown, access: Access): boolean {
  const said = (typeof decision === 'object' && decision !== null ? decision : {}) as Partial<Access>;
  return ACTIONS.every((action) => (said[action] ?? false) === access[action]);
}
