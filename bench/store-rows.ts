// What a change wrote to a store, counted in its tables and by its engine.
import { readFile } from 'node:fs/promises';
import Database from 'libsql';
import pg from 'pg';
import type { StorePlace } from '../src/store/engine/engine.ts';

export interface Written {
  /** Rows that were inserted, updated or removed. */
  readonly rows: number;
  /** Bytes that the engine wrote, its log included; null where the system does not count them. */
  readonly bytes: number | null;
}

/** Counts what is written from now until the answer is called. */
export async function countWritten(place: StorePlace): Promise<() => Promise<Written>> {
  const since = Date.now();
  const [parts, bytes] = [await partsOf(place), await bytesOf(place)];
  return async () => {
    const [row] = await query(
      place,
      `SELECT (SELECT count(*) FROM node WHERE written_at >= ${since})
        + (SELECT count(*) FROM tag WHERE since >= ${since})
        + (SELECT count(*) FROM tag WHERE until >= ${since})
        + (SELECT count(*) FROM registry WHERE checked_at >= ${since}) AS rows`,
    );
    const written = await bytesOf(place);
    const now = await partsOf(place);
    const changed = [...now].filter(([part, hashes]) => parts.get(part) !== hashes).length;
    return {
      rows: Number(row?.rows) + changed,
      bytes: bytes === null || written === null ? null : written - bytes,
    };
  };
}

async function partsOf(place: StorePlace): Promise<ReadonlyMap<string, string>> {
  const rows = await query(place, 'SELECT registry_id, part, hashes FROM registry_part');
  return new Map(
    rows.map(({ registry_id, part, hashes }) => [
      `${registry_id}/${part}`,
      Buffer.from(hashes as Uint8Array).toString('latin1'),
    ]),
  );
}

/** Bytes that this process wrote (SQLite), or the server to its log (PostgreSQL); null: the system does not say. */
async function bytesOf(place: StorePlace): Promise<number | null> {
  if (place.kind === 'postgres') {
    const [row] = await query(place, "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS bytes");
    return Number(row?.bytes);
  }
  const io = await readFile('/proc/self/io', 'utf8').catch(() => '');
  const [, bytes] = /^wchar: (\d+)$/m.exec(io) ?? [];
  return bytes === undefined ? null : Number(bytes);
}

async function query(place: StorePlace, text: string): Promise<readonly Record<string, unknown>[]> {
  if (place.kind === 'sqlite') {
    const database = new Database(place.path, { timeout: 5_000 });
    try {
      return database.prepare(text).all() as Record<string, unknown>[];
    } finally {
      database.close();
    }
  }
  const client = new pg.Client({ connectionString: place.url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
