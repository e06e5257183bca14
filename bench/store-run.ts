// One measurement of the store in a process of its own. Its one argument: a StoreTask as JSON.
import { readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import pino from 'pino';
import type { Config } from '../src/config/schema.ts';
import type { Source } from '../src/sources/source.ts';
import type { StoreClient } from '../src/store/client.ts';
import type { StorePlace } from '../src/store/engine/engine.ts';
import type { CrawlStore } from '../src/store/store.ts';
import { built } from './built.ts';
import type { StartFigures, StoreTask, WriteFigures } from './store.ts';
import { countWritten } from './store-rows.ts';
import { changedPages, downSources, memorySources, readPages } from './store-sources.ts';

const { createCatalog } =
  await built<typeof import('../src/catalog/create-catalog.ts')>('catalog/create-catalog');
const { createHttpClient } = await built<typeof import('../src/network/create-http-client.ts')>(
  'network/create-http-client',
);
const { createPolicyEngine } =
  await built<typeof import('../src/policy/create-engine.ts')>('policy/create-engine');
const { createSources } =
  await built<typeof import('../src/sources/create-source.ts')>('sources/create-source');
const { openStoreClient } = await built<typeof import('../src/store/client.ts')>('store/client');
const { loadVocabulary } = await built<typeof import('../src/vocabulary/load.ts')>('vocabulary/load');

/** One image of so many changes. */
const ONE_OF = 100;

const logger = pino({ level: 'silent' });
const task = JSON.parse(process.argv[2] ?? '') as StoreTask;
const config = JSON.parse(await readFile(task.config, 'utf8')) as Config;
const figures = await (task.way === 'write' ? measureWrites(task.place) : measureStart(task));
process.stdout.write(`ready ${JSON.stringify(figures)}\n`);

/** What a gateway has before it asks its registries. */
async function prepare() {
  return { policy: await createPolicyEngine({ config, logger }), vocabulary: loadVocabulary() };
}

/** Its catalog, with all registries' records, indexes and classes. */
async function load(
  { policy, vocabulary }: Awaited<ReturnType<typeof prepare>>,
  sources: readonly Source[],
  store: CrawlStore | null,
) {
  const catalog = createCatalog({
    config,
    sources,
    vocabulary,
    store,
    logger,
    onSnapshot: (snapshot) => policy.prepare(snapshot),
  });
  const states = await catalog.refresh({ maxAge: null });
  return { catalog, images: states.reduce((sum, { snapshot }) => sum + (snapshot?.records.length ?? 0), 0) };
}

async function measureStart(task: Exclude<StoreTask, { way: 'write' }>): Promise<StartFigures> {
  const sources = await sourcesOf(task);
  globalThis.gc?.();
  const [before, threadBefore] = [process.cpuUsage(), await threadTime()];
  const begun = performance.now();
  // As src/federation.ts does: the store is opened beside the rest.
  const opening = task.way === 'restore' ? open(task.place) : null;
  const gateway = await prepare();
  const store = await opening;
  const prepared = performance.now();
  const stalls = watchStalls();
  const { catalog, images } = await load(gateway, sources, store?.crawls ?? null);
  const ended = performance.now();
  const { user, system } = process.cpuUsage(before);
  const stall = stalls();
  const threadAfter = await threadTime();
  const figures = {
    images,
    ms: ended - begun,
    loadMs: ended - prepared,
    cpuMs: (user + system) / 1_000,
    threadMs: threadBefore === null || threadAfter === null ? null : threadAfter - threadBefore,
  };
  await catalog.close();
  await gateway.policy.close();
  await store?.close();
  return { ...figures, stall };
}

/** Milliseconds that this thread has worked, in steps of ten; null where the system is not Linux. */
async function threadTime(): Promise<number | null> {
  const stat = await readFile(`/proc/self/task/${process.pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // Behind the name, which may have spaces: proc(5) counts utime and stime as fields 14 and 15, in hundredths of a second.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** From now until the answer is called; gives the longest stall of the event loop, in milliseconds. */
function watchStalls(): () => number {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  return () => {
    loop.disable();
    return loop.max / 1e6;
  };
}

async function sourcesOf(task: Exclude<StoreTask, { way: 'write' }>): Promise<readonly Source[]> {
  if (task.way === 'alone')
    return memorySources(config, { pages: await readPages(config), generation: 'g1' });
  if (task.way === 'restore') return downSources(config);
  const facilities = config.facilities.map((facility) => ({
    ...facility,
    registries: facility.registries.map((registry) => ({
      ...registry,
      kind: 'graphql' as const,
      url: task.urls[`${facility.id}/${registry.key}`],
    })),
  }));
  return createSources(
    { ...config, facilities },
    {
      httpClient: createHttpClient(),
      secret: async () => '',
    },
  );
}

/** Stores everything for the first time, then a change. */
async function measureWrites(place: StorePlace): Promise<WriteFigures> {
  const held = { pages: await readPages(config), generation: 'g1' };
  const sources = memorySources(config, held);
  const [gateway, store] = await Promise.all([prepare(), open(place)]);
  const crawls = observed(store.crawls);
  /** Until everything that the work gave to the store is stored. */
  const measure = async <T>(work: () => Promise<T>) => {
    globalThis.gc?.();
    const written = await countWritten(place);
    const ended = crawls.commits(sources.length);
    const stalls = watchStalls();
    const begun = performance.now();
    const result = await work();
    const busyMs = await ended;
    const ms = performance.now() - begun;
    const stall = stalls();
    return { result, figures: { ...(await written()), ms, busyMs, stall } };
  };
  const first = await measure(() => load(gateway, sources, crawls));
  const { catalog, images } = first.result;
  const bytesEach = (await store.size()) / images;
  Object.assign(held, { pages: await changedPages(held.pages, ONE_OF), generation: 'g2' });
  const change = await measure(() => catalog.refresh({ maxAge: 0 }));
  await catalog.close();
  await gateway.policy.close();
  await store.close();
  return { images, bytesEach, first: first.figures, change: change.figures };
}

/** The crawls of a store, and for how long its thread had something to do. */
function observed(crawls: CrawlStore): CrawlStore & { commits(count: number): Promise<number> } {
  let [underWay, begun, busyMs, left] = [0, 0, 0, 0];
  let end = (_busyMs: number): void => undefined;
  async function timed<T>(call: Promise<T>): Promise<T> {
    if (underWay === 0) begun = performance.now();
    underWay += 1;
    try {
      return await call;
    } finally {
      underWay -= 1;
      if (underWay === 0) busyMs += performance.now() - begun;
    }
  }
  return {
    find: (...args) => timed(crawls.find(...args)),
    read: (...args) => timed(crawls.read(...args)),
    append: (...args) => timed(crawls.append(...args)),
    check: (...args) => timed(crawls.check(...args)),
    commit: async (...args) => {
      await timed(crawls.commit(...args));
      left -= 1;
      if (left === 0) end(busyMs);
    },
    commits: (count) => {
      [busyMs, left] = [0, count];
      return new Promise((resolve) => {
        end = resolve;
      });
    },
  };
}

function open(place: StorePlace): Promise<StoreClient> {
  return openStoreClient({
    place,
    secret: Buffer.from('a secret of the benchmark, of 32 bytes or more'),
    logger,
  });
}
