// The measurements of matching, as a table for people.
import type { MatchFigures } from './match.ts';
import { plain } from './report.ts';
import { figure, type Spread, spreadOf, spreadText } from './spread.ts';

/** Milliseconds that a page may take, after warm-up. */
const AIM = 50;

/** A column for each number of images, and a row for each kind of question. */
export function matchText(measured: readonly (readonly MatchFigures[])[]): string {
  const table = plain(['images', ...measured.map(([one]) => (one?.images ?? 0).toLocaleString('en'))]);
  const row = (
    name: string,
    of: (one: MatchFigures) => number | readonly number[],
    text: (spread: Spread) => string = spreadText,
  ) => table.push([name, ...measured.map((rounds) => text(spreadOf(rounds.flatMap(of))))]);
  row(
    'candidates',
    ({ candidates }) => candidates,
    ({ median }) => median.toLocaleString('en'),
  );
  row('first question after the start, ms', ({ first }) => first);
  row(`the same question again, ms, aim ≤ ${AIM}`, ({ same }) => same, judged);
  row(`other data, ms, aim ≤ ${AIM}`, ({ otherData }) => otherData, judged);
  row(`a job of another size, ms, aim ≤ ${AIM}`, ({ amounts }) => amounts, judged);
  row('other images chosen, ms', ({ chosen }) => chosen);
  row('longest stall of the event loop, ms', ({ stall }) => stall);
  row(
    'what is kept, MB',
    ({ bytes }) => bytes / 1e6,
    ({ median }) => figure(median),
  );
  return `Matching: one process, answers as JSON without HTTP, 50 compute resources; median (least – most)\n${table}`;
}

const judged = (spread: Spread): string =>
  `${spreadText(spread)}: ${spread.median <= AIM ? 'met' : 'missed'}`;
