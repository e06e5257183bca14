// The effects of a change of policy, for people and for GitHub: a line for each person, each kind of change with one
// image and one person as an example, and what was not compared. It is short however much changes; only JSON has
// everything.

import { DIRECTIONS, type Effect, type KindOfChange } from '../../../authoring/diff/diff.ts';
import { ACTIONS, type Action } from '../../../model/decision.ts';
import { inert } from '../../../model/inert.ts';
import { numbered } from '../../terminal/numbered.ts';
import type { Output } from '../../terminal/output.ts';
import { table } from '../../terminal/table.ts';
import { annotation, type Level } from '../../terminal/workflow-command.ts';
import { type DiffReport, gapsOf, notesOf, type Stop, stops } from './stop.ts';

/** How many of each are shown to people. */
const MAX = { people: 20, kinds: 20, names: 8, reasons: 3 } as const;

/** The report for people: at most 20 people and 20 kinds of change; what is left out is counted. */
export function diffText(diff: DiffReport, output: Output): string {
  const { owners, effects, changes } = diff;
  const revisions = table(
    [
      { title: 'OWNER', cell: ({ owner }) => owner },
      { title: 'OLD', cell: (one) => revisionText(one.old) },
      { title: 'NEW', cell: (one) => revisionText(one.new) },
    ],
    owners,
    output,
  );
  if (changes.length === 0) return `${revisions}\n${unchangedText(diff)}\n`;
  const people = table<Effect>(
    [
      { title: 'SUBJECT', cell: ({ subject }) => subject },
      ...(diff.log === null ? [] : [{ title: 'SEEN', cell: ({ uses = 0 }: Effect) => String(uses) }]),
      ...ACTIONS.map((action) => ({
        title: action.toUpperCase(),
        cell: (effect: Effect) => countsText(effect, action),
      })),
    ],
    effects.slice(0, MAX.people),
    output,
  );
  const more = moreText(effects.length - MAX.people, 'subject');
  return [
    revisions,
    more === '' ? people : `${people}${more}\n`,
    ...changes.slice(0, MAX.kinds).map((change) => changeText(change, output)),
    ...otherKinds(changes).map((text) => `${text}\n`),
  ].join('\n');
}

/**
 * The report for GitHub: an annotation for each kind of change (at most 20), an error if `stop` covers it,
 * else a warning if it loosens and a notice if it tightens; and one for each gap in the comparison and each
 * note.
 */
export function diffAnnotations(diff: DiffReport, stop: Stop | undefined): string {
  const level = ({ direction }: KindOfChange): Level =>
    stops(stop, direction) ? 'error' : direction === 'loosened' ? 'warning' : 'notice';
  const { changes } = diff;
  return [
    ...(changes.length === 0 ? [annotation('notice', 'policy unchanged', unchangedText(diff))] : []),
    ...changes
      .slice(0, MAX.kinds)
      .map((change) =>
        annotation(
          level(change),
          `policy ${change.direction}: ${change.owners.join(', ')}`,
          `${exampleText(change)}. ${whyText(change)} In all ${extentText(change)}.`,
        ),
      ),
    ...otherKinds(changes).map((text) => annotation('warning', 'more changes', text)),
    ...gapsOf(diff).map((gap) => annotation(stop === undefined ? 'warning' : 'error', 'not compared', gap)),
    ...notesOf(diff).map((note) => annotation('warning', 'note', note)),
  ].join('');
}

function unchangedText({ owners, images, subjects, visibleOnly }: DiffReport): string {
  const same = owners.every((one) => one.old === one.new);
  return `No change: ${numbered(subjects, 'subject')} may do the same with ${numbered(images, 'image')}${visibleOnly ? ' that you may discover' : ''}${same ? '; the revisions are equal' : ''}.`;
}

/** A line with the number of kinds that are not shown, if there are any. */
function otherKinds(changes: readonly KindOfChange[]): string[] {
  const others = changes.slice(MAX.kinds);
  if (others.length === 0) return [];
  const of = DIRECTIONS.map((direction) => {
    const count = others.filter((change) => change.direction === direction).length;
    return `${count} ${direction}`;
  });
  return [
    `and ${numbered(others.length, 'more kind')} of change (${of.join(', ')}): --format json has all of them`,
  ];
}

function changeText(change: KindOfChange, output: Output): string {
  const { direction, owners, action, reasons } = change;
  const codes = reasons.map(({ code }) => code);
  const style = direction === 'loosened' ? 'red' : 'yellow';
  const head = `${owners.join(', ')} ${action}: ${[...new Set(codes)].join(', ')}`;
  const lines = [extentText(change), exampleText(change), whyText(change)];
  return `${output.style(style, direction)} ${inert(head)}\n${lines.map((line) => `  ${inert(line)}\n`).join('')}`;
}

function extentText({ images, subjects, uses }: KindOfChange): string {
  const names = subjects.slice(0, MAX.names).join(', ');
  const more = moreText(subjects.length - MAX.names, '');
  const seen = uses === undefined ? '' : ` (seen ${numbered(uses, 'time')})`;
  return `${numbered(images, 'image')}, ${numbered(subjects.length, 'subject')}${seen}: ${names}${more === '' ? '' : ` ${more}`}`;
}

function exampleText({ direction, action, example }: KindOfChange): string {
  const { subject, title, at, image } = example;
  const who = `${subject} (${title})${at === null ? '' : ` at ${at}`}`;
  return `${who} may ${direction === 'loosened' ? 'now' : 'no longer'} ${action} ${image.id}`;
}

function whyText({ direction, reasons }: KindOfChange): string {
  const messages = [...new Set(reasons.map(({ code, message }) => `${code}: ${message}`))];
  const shown = messages.slice(0, MAX.reasons).join(' ');
  const more = moreText(messages.length - MAX.reasons, 'reason');
  return `${direction === 'loosened' ? 'Denied before' : 'Denied now'} by ${shown}${more === '' ? '' : ` ${more}.`}`;
}

function countsText({ gains, losses }: Effect, action: Action): string {
  return [
    ...(gains[action] > 0 ? [`+${gains[action]}`] : []),
    ...(losses[action] > 0 ? [`-${losses[action]}`] : []),
  ].join(' ');
}

/** The first characters of a revision: enough to distinguish two. */
const revisionText = (revision: string | null): string => revision?.slice(0, 19) ?? 'no policy';

/** `and 6 more subjects`; empty if there are no more. */
function moreText(count: number, word: string): string {
  if (count <= 0) return '';
  return `and ${word === '' ? `${count} more` : numbered(count, `more ${word}`)}`;
}
