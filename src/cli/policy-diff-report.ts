// What a change of policy does, for people and for GitHub: a line a person, and each kind of change with one image and
// one person that show it.
import { ACTIONS, type Action } from '../model/decision.ts';
import { inert } from '../model/inert.ts';
import type { Direction, Effect, KindOfChange, PolicyDiff } from '../policy/build/diff.ts';
import type { Output } from './output.ts';
import { table } from './table.ts';
import { annotation, type Level } from './workflow-command.ts';

export function diffText(diff: PolicyDiff, output: Output): string {
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
      ...ACTIONS.map((action) => ({
        title: action.toUpperCase(),
        cell: (effect: Effect) => countsText(effect, action),
      })),
    ],
    effects,
    output,
  );
  return [revisions, people, ...changes.map((change) => changeText(change, output))].join('\n');
}

/** An annotation a kind of change: an error where it is one to stop. */
export function diffAnnotations(diff: PolicyDiff, stops: (direction: Direction) => boolean): string {
  if (diff.changes.length === 0) return annotation('notice', 'policy unchanged', unchangedText(diff));
  const level = (direction: Direction): Level =>
    stops(direction) ? 'error' : direction === 'loosened' ? 'warning' : 'notice';
  return diff.changes
    .map((change) =>
      annotation(
        level(change.direction),
        `policy ${change.direction}: ${change.owners.join(', ')}`,
        `${exampleText(change)}. ${whyText(change)} In all ${extentText(change)}.`,
      ),
    )
    .join('');
}

function unchangedText({ owners, images, subjects }: PolicyDiff): string {
  const same = owners.every((one) => one.old === one.new);
  return `No change: ${numbered(subjects, 'subject')} may do the same with ${numbered(images, 'image')}${same ? '; the revisions are equal' : ''}.`;
}

function changeText(change: KindOfChange, output: Output): string {
  const { direction, owners, action, reasons } = change;
  const codes = reasons.map(({ code }) => code);
  const style = direction === 'loosened' ? 'red' : 'yellow';
  const head = `${owners.join(', ')} ${action}: ${[...new Set(codes)].join(', ')}`;
  const lines = [extentText(change), exampleText(change), whyText(change)];
  return `${output.style(style, direction)} ${inert(head)}\n${lines.map((line) => `  ${inert(line)}\n`).join('')}`;
}

function extentText({ images, subjects }: KindOfChange): string {
  return `${numbered(images, 'image')}, ${numbered(subjects.length, 'subject')}: ${subjects.join(', ')}`;
}

function exampleText({ direction, action, example }: KindOfChange): string {
  const { subject, title, at, image } = example;
  const who = `${subject} (${title})${at === null ? '' : ` at ${at}`}`;
  return `${who} may ${direction === 'loosened' ? 'now' : 'no longer'} ${action} ${image.id}`;
}

function whyText({ direction, reasons }: KindOfChange): string {
  const messages = reasons.map(({ code, message }) => `${code}: ${message}`).join(' ');
  return `${direction === 'loosened' ? 'Denied before' : 'Denied now'} by ${messages}`;
}

function countsText({ gains, losses }: Effect, action: Action): string {
  return [
    ...(gains[action] > 0 ? [`+${gains[action]}`] : []),
    ...(losses[action] > 0 ? [`-${losses[action]}`] : []),
  ].join(' ');
}

/** As many digits as tell revisions apart. */
const revisionText = (revision: string | null): string => revision?.slice(0, 19) ?? 'no policy';

const numbered = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
