// OPA's own server in its fastest use: over HTTP on loopback, by several connections, in batches of records that have
// only what the policies read; it answers three bits for each record.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import { z } from 'zod';
import type { Opa } from '../src/authoring/opa/opa.ts';
import { LABS } from './policy-rules.ts';

/** The input for one subject: JSON of the records, and of the rest. */
export interface Asked {
  readonly records: readonly string[];
  /** `"subject":…,"request":…` */
  readonly rest: string;
}

/** A way to ask the server. */
export interface Way {
  /** Records of one request. */
  readonly batch: number;
  readonly connections: number;
}

export interface OpaServer {
  /** The allowed actions for each record: 1 discover, 2 pull, 4 execute. */
  judge(asked: Asked, way: Way): Promise<Uint8Array>;
  end(): Promise<void>;
}

const WAYS: readonly Way[] = [500, 2_500, 10_000].flatMap((batch) =>
  [2, 8].map((connections) => ({ batch, connections })),
);

const lab = (id: string): string => `own("${id}", whole) := decision if {
	decision := data.panfed.facility.${id}.decision with input as whole
}
`;

const BATCH_RULE = `package bench

allowed := [bits(record) | some record in input.records]

bits(record) := sum([weight |
	some action, weight in {"discover": 1, "pull": 2, "execute": 4}
	general[action]
	special[action]
]) if {
	whole := {"record": record, "subject": input.subject, "request": input.request}
	general := data.panfed.federation.decision with input as whole
	special := own(record.facility, whole)
}

${LABS.map(lab).join('\n')}
own(facility, _) := {"discover": true, "pull": true, "execute": true} if {
	not facility in {${LABS.map((id) => `"${id}"`).join(', ')}}
}
`;

/** Starts a server with the policies of a folder, whose sources it compiles at its start. */
export async function startOpa(opa: Opa, folder: string): Promise<OpaServer> {
  await writeFile(join(folder, 'batch.rego'), BATCH_RULE);
  const address = `127.0.0.1:${await freePort()}`;
  const quiet = ['--log-level', 'error', '--disable-telemetry'];
  const sources = ['batch.rego', 'federation', 'facilities'];
  const child = spawn(opa.path, ['run', '--server', '--addr', address, ...quiet, ...sources], {
    cwd: folder,
    env: {},
    stdio: 'ignore',
  });
  const pools = new Map<number, Pool>();
  const poolOf = (connections: number): Pool => {
    const pool = pools.get(connections) ?? new Pool(`http://${address}`, { connections, pipelining: 1 });
    pools.set(connections, pool);
    return pool;
  };
  const end = async () => {
    await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.kill('SIGKILL')) await ended;
  };
  try {
    await healthy(poolOf(1));
  } catch (error) {
    await end();
    throw error;
  }
  return {
    judge: async ({ records, rest }, { batch, connections }) => {
      const pool = poolOf(connections);
      const allowed = new Uint8Array(records.length);
      const starts = Array.from({ length: Math.ceil(records.length / batch) }, (_, index) => index * batch);
      await Promise.all(
        starts.map(async (start) => {
          const input = `{"records":[${records.slice(start, start + batch).join(',')}],${rest}}`;
          allowed.set(await ask(pool, `{"input":${input}}`), start);
        }),
      );
      return allowed;
    },
    end,
  };
}

/** The way that takes the least time for these. */
export async function bestWay(server: OpaServer, asked: Asked): Promise<Way> {
  let best = { way: WAYS[0] as Way, took: Number.POSITIVE_INFINITY };
  for (const way of WAYS) {
    const begun = performance.now();
    await server.judge(asked, way);
    const took = performance.now() - begun;
    if (took < best.took) best = { way, took };
  }
  return best.way;
}

const answerSchema = z.object({ result: z.array(z.number()) });

async function ask(pool: Pool, body: string): Promise<readonly number[]> {
  const headers = { 'content-type': 'application/json' };
  const request = { path: '/v1/data/bench/allowed', method: 'POST', headers, body } as const;
  const response = await pool.request(request);
  const text = await response.body.text();
  if (response.statusCode !== 200) throw new Error(`opa: ${response.statusCode} ${text.slice(0, 500)}`);
  return answerSchema.parse(JSON.parse(text)).result;
}

async function healthy(pool: Pool): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const status = await pool
      .request({ path: '/health', method: 'GET' })
      .then(async ({ statusCode, body }) => {
        await body.dump();
        return statusCode;
      })
      .catch(() => null);
    if (status === 200) return;
    await setTimeout(100);
  }
  throw new Error('opa run --server was not ready within a minute');
}

/** A port that was free a moment ago: OPA does not report the port that it chose itself. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
