// A PostgreSQL of its own for a test file: Debian's binaries in a temporary folder, on a free port of loopback, as a user
// that is not root.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { needs } from './real.ts';

const PLACE = '/usr/lib/postgresql';

/** The folder of the newest version's binaries; null: there is none. */
const BINARIES = newest();

/** Options of a suite that needs PostgreSQL. */
export const needsPostgres = needs('PostgreSQL 15 or later (Debian: postgresql)', BINARIES);

export interface TestPostgres {
  /** The address of a database of its own. */
  database(): Promise<string>;
  /** The address of a schema of its own, in a database with others: a database has some hundred files, and takes as long. */
  schema(): Promise<string>;
  /** Where its files are. */
  readonly data: string;
  /** What another session of a database does. */
  query(url: string, text: string): Promise<readonly Record<string, unknown>[]>;
  /** As the server's machine does that is turned off and on. Where it is off or on already they do nothing. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

function newest(): string | null {
  try {
    const [version] = readdirSync(PLACE)
      .filter((name) => Number(name) >= 15)
      .sort((one, other) => Number(other) - Number(one));
    return version === undefined ? null : join(PLACE, version, 'bin');
  } catch {
    return null;
  }
}

/** `isDurable`: whether what is acknowledged is on the disk, as outside of tests. False unless said. */
export async function startPostgres({ isDurable = false } = {}): Promise<TestPostgres> {
  const binaries = BINARIES;
  if (binaries === null) throw new Error('PostgreSQL was not found');
  const user = otherThanRoot();
  const folder = mkdtempSync(join(tmpdir(), 'panfed-postgres-'));
  chmodSync(folder, 0o700);
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid ?? user.uid);
  const data = join(folder, 'data');
  const options = { ...user, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' } };
  execFileSync(
    join(binaries, 'initdb'),
    ['--pgdata', data, '--username=panfed', '--auth=trust', '--no-sync', '--no-locale', '--encoding=UTF8'],
    { ...options, stdio: 'ignore' },
  );
  const port = await freePort();
  const addressOf = (database: string) => `postgres://panfed@127.0.0.1:${port}/${database}`;
  let server: ChildProcess | null = null;
  let databases = 0;
  let schemas = 0;

  async function start(): Promise<void> {
    if (server !== null) return;
    const settings = [
      'listen_addresses=127.0.0.1',
      `port=${port}`,
      `unix_socket_directories=${folder}`,
      `fsync=${isDurable ? 'on' : 'off'}`,
    ];
    server = spawn(
      join(binaries ?? '', 'postgres'),
      ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
      { ...options, stdio: 'ignore' },
    );
    for (let attempt = 0; ; attempt += 1) {
      try {
        await query(addressOf('postgres'), 'SELECT 1');
        return;
      } catch (error) {
        if (attempt > 300) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async function stop(): Promise<void> {
    const running = server;
    server = null;
    if (running === null || running.exitCode !== null) return;
    // Immediate: connections end as with a machine that is turned off.
    running.kill('SIGQUIT');
    await once(running, 'exit');
  }

  await start();
  return {
    data,
    query,
    async database() {
      databases += 1;
      await query(addressOf('postgres'), `CREATE DATABASE store_${databases}`);
      return addressOf(`store_${databases}`);
    },
    async schema() {
      schemas += 1;
      const address = addressOf('postgres');
      await query(address, `CREATE SCHEMA store_${schemas}`);
      return `${address}?options=${encodeURIComponent(`-c search_path=store_${schemas}`)}`;
    },
    stop,
    start,
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    return (await client.query(text)).rows ?? [];
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** PostgreSQL refuses to run as root: Debian's package makes a user for it. */
function otherThanRoot(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
