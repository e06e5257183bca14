// How an explanation reads in a terminal: the decision first, then what would change it, then each module's rules.

import type { Trace, TracedRule } from '../../authoring/evaluate/trace.ts';
import { ACTIONS, type Access } from '../../model/decision.ts';
import { inert } from '../../model/inert.ts';
import type { Way } from '../../policy/explain/nearest.ts';
import type { Output } from '../terminal/output.ts';
import { table } from '../terminal/table.ts';
import { caseText, decisionsText, reasonsText } from './eval.ts';
import type { ShownTime } from './time.ts';

/** The explanation of one module; `rules` is null if there are no sources to trace. */
export interface ExplainedModule {
  readonly policy: string;
  readonly from: string;
  readonly revision: string | null;
  /** null: it does not read the time. */
  readonly time: ShownTime | null;
  readonly decision: Access;
  readonly input: unknown;
  readonly nearest: readonly Way[];
  readonly rules: Trace['rules'] | null;
}

export interface Explained {
  readonly image: string;
  readonly person: string;
  readonly at: string | null;
  readonly decision: Access;
  /** What would make all modules allow. */
  readonly nearest: readonly Way[];
  readonly modules: readonly ExplainedModule[];
}

/** The explanation as text for people, fitted to the terminal of `output`. */
export function explainedText(explanation: Explained, output: Output): string {
  const { modules, decision } = explanation;
  return [
    `${caseText(explanation, output)}\n${decisionsText(modules, decision, output)}${reasonsText(decision, output)}`,
    nearestText(explanation, output),
    ...modules.map((module) => moduleText(module, output)),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** A table: a line for each nearest change, and one for each denied action without any. */
function nearestText({ decision, nearest }: Explained, output: Output): string {
  const denied = ACTIONS.filter((action) => !decision[action]);
  if (denied.length === 0) return '';
  const rows = denied.flatMap((action) => {
    const ways = nearest.filter((way) => way.action === action).map(wayText);
    return (ways.length > 0 ? ways : ['no one change, and no two, of the person or the place']).map(
      (way) => ({
        action,
        way,
      }),
    );
  });
  return table(
    [
      { title: 'TO', cell: ({ action }) => action },
      { title: 'THE NEAREST CHANGE', cell: ({ way }) => way, wide: true },
    ],
    rows,
    output,
  );
}

const wayText = ({ steps }: Way): string => steps.map(({ text }) => text).join(', and ');

function moduleText(module: ExplainedModule, output: Output): string {
  const title = output.style('bold', inert(`${module.policy}: ${module.from}`));
  const revision = `revision ${inert(module.revision ?? 'none: it does not load')}`;
  const input = table(
    [
      { title: 'INPUT', cell: ([path]) => path },
      { title: 'VALUE', cell: ([, value]) => JSON.stringify(value), wide: true },
    ],
    [...leaves(module.input, [])],
    output,
  );
  return `${title}\n${output.style('dim', revision)}\n\n${input}\n${rulesText(module, output)}`;
}

/** Each value that the module was given, by its path; a list is one value. */
function* leaves(value: unknown, path: readonly string[]): Generator<readonly [string, unknown]> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    yield [path.join('.'), value];
    return;
  }
  for (const [key, below] of Object.entries(value)) yield* leaves(below, [...path, key]);
}

function rulesText({ rules, decision }: ExplainedModule, output: Output): string {
  if (rules === null) return 'Its rules are not known: it is a bundle, and has no sources in --policies.\n';
  const given = new Set(decision.reasons.map(({ code }) => code));
  const why = ({ codes, held }: TracedRule) =>
    held ? codes.filter((code) => given.has(code)).join(' ') : '';
  const held = rules.filter((rule) => rule.held);
  return [
    table(
      [
        { title: 'HELD AT', cell: placeOf },
        { title: 'RULE', cell: ({ rule }) => rule, wide: true },
        { title: 'GAVE', cell: why },
      ],
      [...held].sort((a, b) => Number(why(b) !== '') - Number(why(a) !== '')),
      output,
    ),
    table(
      [
        { title: 'DID NOT HOLD AT', cell: placeOf },
        { title: 'RULE', cell: ({ rule }) => rule, wide: true },
        {
          title: 'BECAUSE OF',
          cell: ({ line, failedAt }) =>
            failedAt === null || failedAt.line === line ? '' : `${failedAt.line}: ${failedAt.text}`,
          wide: true,
        },
      ],
      rules.filter((rule) => !rule.held),
      output,
    ),
  ].join('\n');
}

const placeOf = ({ file, line }: TracedRule): string => `${file}:${line}`;
