// Load on one server on loopback, by autocannon in a process of its own, with a number of connections for some seconds.
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ROOT } from './built.ts';

export interface Target {
  /** The GraphQL endpoint. */
  readonly url: string;
  /** CPU time of its process in milliseconds; its registries and its clients are not counted. */
  cpu(): Promise<number>;
}

export interface Load {
  readonly seconds: number;
  readonly connections: number;
  readonly body: string;
  readonly token: string | null;
}

export interface Measured {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of the server's CPU for one request. */
  readonly cpu: number;
}

const CANNON = createRequire(import.meta.url).resolve('autocannon');

const report = z.object({
  duration: z.number(),
  errors: z.number(),
  non2xx: z.number(),
  requests: z.object({ total: z.number() }),
  latency: z.object({ p50: z.number(), p99: z.number() }),
});

/** Seconds within which every server answers. */
const LONG = 8;

/**
 * Loads the server and measures it, longer if it answered nothing in that time. Rejects if any answer was an error: errors
 * must not count as fast answers.
 */
export async function load(target: Target, asked: Load): Promise<Measured> {
  const { seconds, connections, body, token } = asked;
  const headers = [
    'content-type=application/json',
    ...(token === null ? [] : [`authorization=Bearer ${token}`]),
  ];
  const before = await target.cpu();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      CANNON,
      ...['--json', '--connections', `${connections}`, '--duration', `${seconds}`],
      // It counts what was answered by the end of an interval, so that a short load needs shorter ones.
      ...['--sampleInt', `${Math.min(seconds, 4) * 250}`],
      ...['--method', 'POST', ...headers.flatMap((header) => ['--headers', header]), '--body', body],
      target.url,
    ],
    { cwd: ROOT, maxBuffer: 16_777_216, timeout: (seconds + 60) * 1_000 },
  );
  const used = (await target.cpu()) - before;
  const { duration, errors, non2xx, requests, latency } = report.parse(JSON.parse(stdout));
  if (errors === 0 && non2xx === 0 && requests.total === 0 && seconds < LONG) {
    return load(target, { ...asked, seconds: LONG });
  }
  if (errors > 0 || non2xx > 0 || requests.total === 0) {
    throw new Error(`${target.url}: ${requests.total} answers, ${non2xx} not OK, ${errors} errors`);
  }
  return {
    requestsPerSecond: requests.total / duration,
    p50: latency.p50,
    p99: latency.p99,
    cpu: used / requests.total,
  };
}

/** The text of one answer. Rejects if its status is not 2xx. */
export async function ask(url: string, body: string, token: string | null): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body,
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text.slice(0, 500)}`);
  return text;
}
