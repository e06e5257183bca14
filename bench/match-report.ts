// The measurements of matching, as a table for people.
import type { MatchFigures, Times } from './match.ts';
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
  const question = (name: string, of: (one: MatchFigures) => Times, aim?: number): void => {
    if (aim === undefined) row(`${name}, ms`, (one) => of(one).took);
    else row(`${name}, ms, aim ≤ ${aim}`, (one) => of(one).took, judged);
    row('its processor time, ms', (one) => of(one).cpu);
  };
  question('first question after the start', ({ first }) => first);
  question('the same question again', ({ same }) => same, AIM);
  question('other data', ({ otherData }) => otherData, AIM);
  question('a job of another size', ({ amounts }) => amounts, AIM);
  question('other images chosen', ({ chosen }) => chosen);
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
