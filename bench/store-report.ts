// The measurements of the store, as tables for people.
import { plain } from './report.ts';
import { type Spread, spreadText } from './spread.ts';
import type { EngineFigures, EngineName, StoreFigures, StoreOptions } from './store.ts';

const NAMES: Readonly<Record<EngineName, string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL' };

/** How many times as long as ingest and index alone a start from the store may take. */
const AIM = 1.2;

/** A column for each number of images, and a row for each measurement. */
export function storeText(figures: readonly StoreFigures[], { rounds }: StoreOptions): string {
  const table = plain(['images', ...figures.map(({ images }) => images.toLocaleString('en'))]);
  const row = (name: string, of: (one: StoreFigures) => Spread | undefined, as = spreadText) =>
    table.push([name, ...figures.map((one) => optional(of(one), as))]);
  row('(a) start from memory: ingest and index, s', ({ alone }) => seconds(alone.ms));
  for (const kind of Object.keys(NAMES) as EngineName[]) {
    const engine = (one: StoreFigures): EngineFigures | undefined => one.engines[kind];
    const name = NAMES[kind];
    row(`(b) start from ${name}, s`, (one) => seconds(engine(one)?.start.ms));
    row(`b/a, aim ≤ ${AIM}`, (one) => engine(one)?.ratio, judged);
    row('the same without policies, vocabulary and opening', (one) => engine(one)?.loadRatio);
    row('in CPU time of the gateway’s own thread', (one) => engine(one)?.threadRatio);
  }
  row('(c) start by a crawl over HTTP, s', ({ http }) => seconds(http.ms));
  row('longest stall of the event loop: a, ms', ({ alone }) => alone.stall);
  row('c, ms', ({ http }) => http.stall);
  for (const kind of Object.keys(NAMES) as EngineName[]) {
    const engine = (one: StoreFigures): EngineFigures | undefined => one.engines[kind];
    const name = NAMES[kind];
    row(`${name}: longest stall while restoring, ms`, (one) => engine(one)?.start.stall);
    row('while storing, ms', (one) => engine(one)?.first.stall);
    row('bytes an image on the disk', (one) => engine(one)?.bytesEach);
    row('all for the first time: crawl until stored, s', (one) => seconds(engine(one)?.first.ms));
    row('the store’s thread meanwhile, s', (one) => seconds(engine(one)?.first.busyMs));
    row('1 % changed: rows', (one) => engine(one)?.change.rows);
    row('KB written', (one) => scaled(engine(one)?.change.bytes, 1_000));
    row('the store’s thread, ms', (one) => engine(one)?.change.busyMs);
    row('crawl until stored, s', (one) => seconds(engine(one)?.change.ms));
  }
  return `Store: median (least – most) of ${rounds} rounds, each start in a process of its own\n${table}`;
}

const optional = (spread: Spread | undefined, as: (spread: Spread) => string): string =>
  spread === undefined ? '–' : as(spread);

const judged = (ratio: Spread): string => `${spreadText(ratio)}: ${ratio.median <= AIM ? 'met' : 'missed'}`;

const seconds = (spread: Spread | undefined): Spread | undefined => scaled(spread, 1_000);

function scaled(spread: Spread | undefined, by: number): Spread | undefined {
  if (spread === undefined) return undefined;
  return { min: spread.min / by, median: spread.median / by, max: spread.max / by };
}
