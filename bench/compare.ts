// The comparison: panfed, the textbook composition and bare memory get the same queries, one after the other, in
// rounds.

import { deepStrictEqual } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './built.ts';
import { type Child, startChild } from './child.ts';
import { contractFederation } from './contract.ts';
import { ask, load, type Measured, type Target } from './load.ts';
import { CALLERS, type CallerName, comparable, PERSON, QUESTION } from './question.ts';
import { type Spread, spreadOf } from './spread.ts';

export const SERVERS = ['panfed', 'textbook', 'memory'] as const;
export type ServerName = (typeof SERVERS)[number];

export interface Comparison {
  readonly caller: CallerName;
  /** Bytes of the answer's body. */
  readonly bytes: number;
  readonly servers: Readonly<Record<ServerName, Readonly<Record<keyof Measured, Spread>>>>;
  /** Requests per second of panfed, divided by the other server's in the same round. */
  readonly ratios: { readonly textbook: Spread; readonly memory: Spread };
}

export interface CompareOptions {
  /** Seconds of load on each server before it is measured. */
  readonly warmUp: number;
  readonly rounds: number;
  /** Duration of each load. */
  readonly seconds: number;
  readonly connections: number;
  readonly report: (text: string) => void;
}

/** One server, and a token that it accepts. */
interface Server extends Target {
  readonly token: string | null;
}

const BODY = JSON.stringify({ query: QUESTION });
const READY = /^ready (.*)$/;

/**
 * The comparison for each caller. Starts the servers and ends them. Rejects if the three do not give the same answer.
 */
export async function compare(options: CompareOptions): Promise<readonly Comparison[]> {
  const children: Child[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'panfed-bench-'));
  const start = async (options: Parameters<typeof startChild>[0]): Promise<string> => {
    const child = await startChild(options);
    children.push(child);
    return child.ready;
  };
  try {
    const config = await contractFederation(folder);
    const panfed = await startPanfed(start, folder, config);
    const textbook = await startTextbook(start, config);
    const files = await keepAnswers(panfed, textbook, folder);
    const memory = await startMemory(start, files);
    const servers = { panfed, textbook, memory };
    await requireSame(memory, files);
    const comparisons: Comparison[] = [];
    for (const caller of CALLERS) comparisons.push(await compareFor(caller, servers, options));
    return comparisons;
  } finally {
    for (const child of children.reverse()) await child.end();
    await rm(folder, { recursive: true });
  }
}

type Start = (options: Parameters<typeof startChild>[0]) => Promise<string>;

/** (a) The gateway as `npm start` runs it, with the registries in its process. */
async function startPanfed(start: Start, folder: string, config: string): Promise<Server> {
  const env = { XDG_STATE_HOME: folder };
  const args = ['dist/cli/main.js'];
  let metricsUrl = '';
  const origin = await start({
    args: [...args, 'serve', '--config', config, '--banner', '--host', '127.0.0.1', '--port', '0'],
    env,
    ready: /^\s+page\s+(\S+)\/$/,
    from: 'stderr',
    report: (line) => {
      metricsUrl = /^\s+metrics\s+(\S+)$/.exec(line)?.[1] ?? metricsUrl;
    },
  });
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...args, 'token', '--as', PERSON, '--url', origin],
    { cwd: ROOT, env: { ...process.env, ...env } },
  );
  return {
    url: `${origin}/graphql`,
    token: stdout.trim(),
    cpu: async () => {
      const metrics = await (await fetch(metricsUrl)).text();
      return Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1]) * 1_000;
    },
  };
}

async function startTextbook(start: Start, config: string): Promise<Server> {
  const own = ['--import', 'tsx'];
  const registries = [...own, 'bench/servers/registries.ts', config];
  const { urls } = JSON.parse(await start({ args: registries, ready: READY }));
  const args = [...own, 'bench/servers/textbook.ts', config, JSON.stringify(urls)];
  return ownServer(await start({ args, ready: READY }));
}

async function startMemory(start: Start, files: readonly string[]): Promise<Server> {
  const args = ['--import', 'tsx', 'bench/servers/memory.ts', ...files];
  return { ...ownServer(await start({ args, ready: READY })), token: 'none' };
}

function ownServer(ready: string): Server {
  const { url, token = null } = JSON.parse(ready) as { url: string; token?: string | null };
  const cpu = async () => Number(await (await fetch(new URL('/cpu', url))).text());
  return { url, token, cpu };
}

/** Writes panfed's answers to files, after checking that the textbook composition gives the same. */
async function keepAnswers(panfed: Server, textbook: Server, folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const caller of CALLERS) {
    const [ours, theirs] = await Promise.all(
      [panfed, textbook].map((server) => ask(server.url, BODY, tokenFor(caller, server))),
    );
    try {
      deepStrictEqual(comparable(ours ?? ''), comparable(theirs ?? ''));
    } catch (cause) {
      throw new Error(`${caller}: panfed and the textbook composition do not give the same answer`, {
        cause,
      });
    }
    const file = join(folder, `${caller}.json`);
    await writeFile(file, ours ?? '');
    files.push(file);
  }
  return files;
}

async function requireSame(memory: Server, files: readonly string[]): Promise<void> {
  for (const [index, caller] of CALLERS.entries()) {
    const answer = await ask(memory.url, BODY, tokenFor(caller, memory));
    if (answer !== (await readFile(files[index] ?? '', 'utf8'))) {
      throw new Error(`${caller}: memory does not give panfed's bytes`);
    }
  }
}

function tokenFor(caller: CallerName, { token }: Server): string | null {
  return caller === 'anonymous' ? null : token;
}

async function compareFor(
  caller: CallerName,
  servers: Readonly<Record<ServerName, Server>>,
  { warmUp, rounds, seconds, connections, report }: CompareOptions,
): Promise<Comparison> {
  const loadOn = (name: ServerName, length: number) =>
    load(servers[name], { seconds: length, connections, body: BODY, token: tokenFor(caller, servers[name]) });
  if (warmUp > 0) for (const name of SERVERS) await loadOn(name, warmUp);
  const measured: Record<ServerName, Measured[]> = { panfed: [], textbook: [], memory: [] };
  for (let round = 1; round <= rounds; round += 1) {
    report(`${caller}: round ${round} of ${rounds}`);
    for (const name of SERVERS) measured[name].push(await loadOn(name, seconds));
  }
  const ratioTo = (name: ServerName): Spread =>
    spreadOf(
      measured.panfed.map(
        ({ requestsPerSecond }, round) => requestsPerSecond / (measured[name][round]?.requestsPerSecond ?? 0),
      ),
    );
  return {
    caller,
    bytes: Buffer.byteLength(await ask(servers.panfed.url, BODY, tokenFor(caller, servers.panfed))),
    servers: {
      panfed: spreads(measured.panfed),
      textbook: spreads(measured.textbook),
      memory: spreads(measured.memory),
    },
    ratios: { textbook: ratioTo('textbook'), memory: ratioTo('memory') },
  };
}

function spreads(measured: readonly Measured[]): Record<keyof Measured, Spread> {
  const of = (key: keyof Measured): Spread => spreadOf(measured.map((one) => one[key]));
  return { requestsPerSecond: of('requestsPerSecond'), p50: of('p50'), p99: of('p99'), cpu: of('cpu') };
}
