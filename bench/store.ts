// What the store costs and saves: a gateway that starts from it beside one whose registries are in memory, and beside a
// crawl over HTTP; and what a change writes. Each measurement is a process of its own, in rounds.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StorePlace } from '../src/store/engine/engine.ts';
import { startPostgres, type TestPostgres } from '../test/support/postgres.ts';
import { startChild } from './child.ts';
import { type Spread, spreadOf } from './spread.ts';
import type { Written } from './store-rows.ts';

export type EngineName = StorePlace['kind'];

/** What one process measures. */
export type StoreTask = { readonly config: string } & (
  | { readonly way: 'alone' }
  | { readonly way: 'restore'; readonly place: StorePlace }
  | { readonly way: 'write'; readonly place: StorePlace }
  | { readonly way: 'http'; readonly urls: Readonly<Record<string, string>> }
);

export interface StartFigures {
  readonly images: number;
  /** From the start until all is ready for the first question: policies, vocabulary, store, registries. */
  readonly ms: number;
  /** The part of them for the registries. */
  readonly loadMs: number;
  /** What all threads of the process, and what the gateway's own, worked meanwhile; null where the system does not say. */
  readonly cpuMs: number;
  readonly threadMs: number | null;
  /** The longest stall of the event loop while registries are loaded, in milliseconds. */
  readonly stall: number;
}

interface WriteFigure extends Written {
  /** From the beginning of the crawl until all of it is stored, and for how long the store's thread worked meanwhile. */
  readonly ms: number;
  readonly busyMs: number;
  readonly stall: number;
}

export interface WriteFigures {
  readonly images: number;
  /** Bytes on the disk for one image. */
  readonly bytesEach: number;
  /** Everything for the first time, and then a change of one image in a hundred. */
  readonly first: WriteFigure;
  readonly change: WriteFigure;
}

type Spreads<Figures> = { readonly [Name in keyof Figures]: Spread };

export interface EngineFigures {
  readonly start: Spreads<StartFigures>;
  /**
   * Its milliseconds, divided by those of ingest and index alone in the same round: of the whole, of
   * the loading, and of the work of the gateway's own thread, which others on the machine do not lengthen.
   */
  readonly ratio: Spread;
  readonly loadRatio: Spread;
  readonly threadRatio: Spread;
  readonly bytesEach: Spread;
  readonly first: Spreads<WriteFigure>;
  readonly change: Spreads<WriteFigure>;
}

export interface StoreFigures {
  readonly images: number;
  /** Ingest and index of what is in memory. */
  readonly alone: Spreads<StartFigures>;
  readonly http: Spreads<StartFigures>;
  /** PostgreSQL is left out where it is not installed. */
  readonly engines: Partial<Readonly<Record<EngineName, EngineFigures>>>;
}

export interface StoreOptions {
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly engines: readonly EngineName[];
}

/** Minutes for one process. */
const PATIENCE = 15 * 60_000;

/** The measurements for each number of images. Rejects if one of the processes fails. */
export async function measureStore(
  options: StoreOptions,
  report: (text: string) => void,
): Promise<readonly StoreFigures[]> {
  const postgres = options.engines.includes('postgres') ? await postgresOrNone(report) : null;
  try {
    const figures: StoreFigures[] = [];
    for (const images of options.sizes) figures.push(await measureSize(images, options, postgres, report));
    return figures;
  } finally {
    await postgres?.close();
  }
}

async function postgresOrNone(report: (text: string) => void): Promise<TestPostgres | null> {
  try {
    return await startPostgres({ isDurable: true });
  } catch (error) {
    report(`store: without PostgreSQL: ${(error as Error).message}`);
    return null;
  }
}

interface Round {
  readonly alone: StartFigures;
  readonly http: StartFigures;
  readonly engines: readonly {
    readonly kind: EngineName;
    readonly start: StartFigures;
    readonly write: WriteFigures;
  }[];
}

async function measureSize(
  images: number,
  { rounds, engines }: StoreOptions,
  postgres: TestPostgres | null,
  report: (text: string) => void,
): Promise<StoreFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'panfed-store-bench-'));
  try {
    const args = argsOf('bench/servers/catalogs.ts', folder, `${images}`);
    const server = await startChild({ args, ready: READY, patience: PATIENCE });
    try {
      const { config, urls } = JSON.parse(server.ready) as Served;
      const measured: Round[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        report(`store: ${images} images, round ${round} of ${rounds}`);
        const places: StorePlace[] = [];
        if (engines.includes('sqlite'))
          places.push({ kind: 'sqlite', path: join(folder, `${round}.sqlite`) });
        if (postgres !== null) places.push({ kind: 'postgres', url: await postgres.database() });
        measured.push(await measureRound(config, places, urls, round % 2 === 0));
      }
      return figuresOf(measured);
    } finally {
      await server.end();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The file with the sample's configuration, and where its registries are. */
interface Served {
  readonly config: string;
  readonly urls: Readonly<Record<string, string>>;
}

/** Every other round goes the other way round, so that what changes meanwhile falls on all of them. */
async function measureRound(
  config: string,
  places: readonly StorePlace[],
  urls: Readonly<Record<string, string>>,
  isReversed: boolean,
): Promise<Round> {
  const writes = new Map<EngineName, WriteFigures>();
  for (const place of places)
    writes.set(place.kind, await run<WriteFigures>({ config, way: 'write', place }));
  const tasks: StoreTask[] = [
    { config, way: 'alone' },
    ...places.map((place) => ({ config, way: 'restore' as const, place })),
    { config, way: 'http', urls },
  ];
  if (isReversed) tasks.reverse();
  const starts = new Map<string, StartFigures>();
  for (const task of tasks) {
    starts.set(task.way === 'restore' ? task.place.kind : task.way, await run<StartFigures>(task));
  }
  const startOf = (name: string) => starts.get(name) as StartFigures;
  return {
    alone: startOf('alone'),
    http: startOf('http'),
    engines: places.map(({ kind }) => ({
      kind,
      start: startOf(kind),
      write: writes.get(kind) as WriteFigures,
    })),
  };
}

const READY = /^ready (.*)$/;
const argsOf = (file: string, ...args: readonly string[]) => [
  '--expose-gc',
  '--import',
  'tsx',
  file,
  ...args,
];

async function runOnce(file: string, ...args: readonly string[]): Promise<string> {
  const child = await startChild({ args: argsOf(file, ...args), ready: READY, patience: PATIENCE });
  await child.end();
  return child.ready;
}

const run = async <Figures>(task: StoreTask): Promise<Figures> =>
  JSON.parse(await runOnce('bench/store-run.ts', JSON.stringify(task)));

function figuresOf(rounds: readonly Round[]): StoreFigures {
  const engines: Partial<Record<EngineName, EngineFigures>> = {};
  for (const [index, { kind }] of (rounds[0]?.engines ?? []).entries()) {
    const own = rounds.flatMap((round) => round.engines[index] ?? []);
    const ratioOf = (name: 'ms' | 'loadMs' | 'threadMs'): Spread =>
      spreadOf(
        own.map(
          ({ start }, round) => (start[name] ?? Number.NaN) / (rounds[round]?.alone[name] ?? Number.NaN),
        ),
      );
    engines[kind] = {
      start: spreads(own.map(({ start }) => start)),
      ratio: ratioOf('ms'),
      loadRatio: ratioOf('loadMs'),
      threadRatio: ratioOf('threadMs'),
      bytesEach: spreadOf(own.map(({ write }) => write.bytesEach)),
      first: spreads(own.map(({ write }) => write.first)),
      change: spreads(own.map(({ write }) => write.change)),
    };
  }
  return {
    images: rounds[0]?.alone.images ?? 0,
    alone: spreads(rounds.map(({ alone }) => alone)),
    http: spreads(rounds.map(({ http }) => http)),
    engines,
  };
}

function spreads<Figures extends object>(figures: readonly Figures[]): Spreads<Figures> {
  const names = Object.keys(figures[0] ?? {}) as (keyof Figures)[];
  return Object.fromEntries(
    names.map((name) => [name, spreadOf(figures.map((one) => Number(one[name] ?? Number.NaN)))]),
  ) as unknown as Spreads<Figures>;
}
