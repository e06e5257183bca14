// One number of images at fifty compute resources, in a process of its own: asks which candidates match, says what it took.
// Arguments: images, and how often each question is asked.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import pino from 'pino';
import type { Federation } from '../src/federation.ts';
import { built, ROOT } from './built.ts';
import type { MatchFigures, Times } from './match.ts';
import { AMOUNTS, CHOSEN, DOCUMENT, OTHER_DATA, SAME, type Variables, WARM_UP } from './match-questions.ts';
import { matchConfig } from './match-sample.ts';
import { member } from './member.ts';
import { NEVER } from './never.ts';

const { loadConfig } = await built<typeof import('../src/config/load.ts')>('config/load');
const { createFederation } = await built<typeof import('../src/federation.ts')>('federation');

const answers = createHash('sha256');

const [images = 1_000, times = 3] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'panfed-match-'));
try {
  process.stdout.write(`ready ${JSON.stringify(await measure())}\n`);
} finally {
  await rm(folder, { recursive: true });
}

async function measure(): Promise<MatchFigures> {
  const config = await matchConfig(await loadConfig(`${ROOT}federation.yaml`, {}), images, folder);
  const federation = await createFederation(
    { ...config, store: 'none' },
    {
      env: { PANFED_BENCH_SECRET: 'a secret of the benchmark, of 32 bytes or more' },
      logger: pino({ level: 'silent' }),
    },
  );
  try {
    await federation.catalog.refresh({ maxAge: null });
    globalThis.gc?.();
    const before = process.memoryUsage();
    const loop = monitorEventLoopDelay({ resolution: 1 });
    loop.enable();
    const first = await timesOf(federation, [SAME]);
    for (const variables of WARM_UP) await ask(federation, variables);
    const otherData = await timesOf(federation, OTHER_DATA.slice(0, times));
    const amounts = await timesOf(federation, AMOUNTS.slice(0, times));
    const chosen = await timesOf(federation, CHOSEN.slice(0, times));
    const same = await timesOf(federation, Array<Variables>(times).fill(SAME));
    loop.disable();
    globalThis.gc?.();
    const after = process.memoryUsage();
    return {
      images,
      candidates: (await ask(federation, SAME)).match.totalCount,
      ...{ first, same, otherData, amounts, chosen },
      answers: answers.digest('hex'),
      stall: loop.max / 1e6,
      bytes: after.heapUsed + after.external - before.heapUsed - before.external,
    };
  } finally {
    await federation.close();
  }
}

async function timesOf(federation: Federation, questions: readonly Variables[]): Promise<Times> {
  const [took, cpu]: [number[], number[]] = [[], []];
  for (const variables of questions) {
    const [begun, used] = [performance.now(), process.cpuUsage()];
    const answer = JSON.stringify(await ask(federation, variables));
    took.push(performance.now() - begun);
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1_000);
    answers.update(answer);
  }
  return { took, cpu };
}

async function ask({ gateway }: Federation, variables: Variables) {
  const caller = member('known');
  const { data, errors } = await gateway.ask(DOCUMENT, variables, { caller, ended: NEVER });
  const [error] = errors;
  if (error !== undefined) throw error;
  return data as { readonly match: { readonly totalCount: number } };
}
