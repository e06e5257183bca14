// One number of images in a process of its own: starts a federation of files, asks its questions, says what it took.
// Arguments: images, and how often each question is asked.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import pino from 'pino';
import type { Snapshot } from '../src/catalog/snapshot.ts';
import type { Config } from '../src/config/schema.ts';
import type { Federation } from '../src/federation.ts';
import type { Caller } from '../src/model/subject.ts';
import { built, ROOT } from './built.ts';
import type { Growth, Latency } from './growth.ts';
import { DEEP, QUESTIONS, type Variables, WALK } from './growth-questions.ts';
import { member } from './member.ts';
import { NEVER } from './never.ts';
import { sampleConfig } from './sample.ts';
import { spreadOf } from './spread.ts';

const { loadConfig } = await built<typeof import('../src/config/load.ts')>('config/load');
const { createFederation } = await built<typeof import('../src/federation.ts')>('federation');
const { readBundle } = await built<typeof import('../src/policy/bundle/read.ts')>('policy/bundle/read');
const { projectionOf } = await built<typeof import('../src/policy/decisions/projection.ts')>(
  'policy/decisions/projection',
);
const { recordInput } =
  await built<typeof import('../src/policy/decisions/input.ts')>('policy/decisions/input');

const [images = 1_000, times = 3] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'panfed-growth-'));
try {
  const config = await sampleConfig(await loadConfig(`${ROOT}federation.yaml`, {}), images, folder);
  process.stdout.write(`ready ${JSON.stringify(await measure(config))}\n`);
} finally {
  await rm(folder, { recursive: true });
}

async function measure(config: Config): Promise<Growth> {
  const begun = performance.now();
  const federation = await createFederation(
    { ...config, store: 'none' },
    {
      env: { PANFED_BENCH_SECRET: 'a secret of the benchmark, of 32 bytes or more' },
      logger: pino({ level: 'silent' }),
    },
  );
  try {
    const loop = monitorEventLoopDelay({ resolution: 1 });
    loop.enable();
    const states = await federation.catalog.refresh({ maxAge: null });
    const startMs = performance.now() - begun;
    loop.disable();
    const snapshots = states.flatMap(({ snapshot, registry, failure }) => {
      if (snapshot === null) throw new Error(`${registry} has no snapshot: ${failure?.message}`);
      return [snapshot];
    });
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    return {
      images: snapshots.reduce((sum, { records }) => sum + records.length, 0),
      classes: await countClasses(config, snapshots),
      startMs,
      stall: { max: loop.max / 1e6, p99: loop.percentile(99) / 1e6 },
      heapBytes: heapUsed,
      residentBytes: rss,
      latencies: await askAll(federation),
    };
  } finally {
    await federation.close();
  }
}

/** As many as the federation's module is asked about for one subject. */
async function countClasses({ policies }: Config, snapshots: readonly Snapshot[]): Promise<number> {
  const { reads } = await readBundle(policies.federation, 'federation');
  const projection = projectionOf(reads);
  const classes = new Set<string>();
  for (const { records } of snapshots) {
    for (const record of records) classes.add(projection.record(recordInput(record)));
  }
  return classes.size;
}

async function askAll(federation: Federation): Promise<readonly Latency[]> {
  const deep = await walk(federation);
  const latencies: Latency[] = [];
  for (const { name, document, variables } of [...QUESTIONS, { ...DEEP, variables: deep }]) {
    latencies.push(await repeat(name, () => ask(federation, document, variables, member('known'))));
  }
  const [first] = QUESTIONS;
  let strangers = 0;
  latencies.push(
    await repeat('first page, of a subject never seen before', () => {
      strangers += 1;
      return ask(federation, first.document, first.variables, member(`stranger-${strangers}`));
    }),
  );
  return latencies;
}

/** To the middle of everything, page by page. */
async function walk(federation: Federation): Promise<Variables> {
  let after: string | null = null;
  for (let seen = 0; ; ) {
    const page = (await ask(federation, WALK.document, { after }, member('known'))) as {
      images: { totalCount: number; nodes: readonly unknown[]; pageInfo: { endCursor: string } };
    };
    seen += page.images.nodes.length;
    after = page.images.pageInfo.endCursor;
    if (seen >= page.images.totalCount / 2) return { after };
  }
}

/** The first three times are not counted: documents are compiled by then, and choices known. */
async function repeat(name: string, once: () => Promise<unknown>): Promise<Latency> {
  const took: number[] = [];
  for (let time = -3; time < times; time += 1) {
    const begun = performance.now();
    await once();
    if (time >= 0) took.push(performance.now() - begun);
  }
  return { name, milliseconds: spreadOf(took) };
}

async function ask(
  { gateway }: Federation,
  document: string,
  variables: Variables,
  caller: Caller,
): Promise<unknown> {
  const { data, errors } = await gateway.ask(document, variables, { caller, ended: NEVER });
  const [error] = errors;
  if (error !== undefined) throw error;
  JSON.stringify(data);
  return data;
}
