// A consistent copy of a SQLite store, also while a gateway writes it: all of one moment, and smaller where the store has
// free pages.
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { FederationError } from '../../model/errors.ts';
import { faultOf } from '../engine/fault.ts';
import { requireFile } from '../engine/sqlite-file.ts';

/**
 * Copies the store to a file that is not there yet, for this user alone; it is there when it is whole and on the disk.
 * Throws USAGE where the file exists, or cannot be made or written, STORE_UNAVAILABLE or STORE_DAMAGED where the store cannot
 * be read, as where a gateway closes it for more than 5 s, and the file system's error where the copy is not taken to the disk.
 */
export function copySqlite(path: string, file: string): void {
  requireFile(path);
  if (existsSync(file)) throw existing(file);
  const part = `${file}.part-${process.pid}`;
  try {
    createPart(part);
    vacuumInto(path, part, file);
    syncToDisk(part);
    publish(part, file);
  } finally {
    for (const rest of [part, `${part}-journal`]) rmSync(rest, { force: true });
  }
  syncToDisk(dirname(file));
}

/** Empty, so that SQLite writes it with the permissions that it has. */
function createPart(part: string): void {
  try {
    closeSync(openSync(part, 'wx', 0o600));
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new FederationError('USAGE', `the file cannot be written (${reason})`, { at: part, cause });
  }
}

/** The store itself is only read: what cannot be written is the copy. */
const UNWRITTEN = /^SQLITE_(?:FULL|IOERR_(?:WRITE|FSYNC|DIR_FSYNC|TRUNCATE))$/;

function vacuumInto(path: string, part: string, file: string): void {
  try {
    const database = new Database(path, { timeout: BUSY_MS });
    try {
      database.prepare('VACUUM INTO ?').run(part);
    } finally {
      database.close();
    }
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    if (UNWRITTEN.test(code)) {
      throw new FederationError('USAGE', `the file cannot be written (${code})`, {
        at: file,
        hint: 'Make room on its disk, as much as the store has, or name a file on another one.',
        cause: error,
      });
    }
    throw faultOf(error, { kind: 'sqlite', path });
  }
}

/** Milliseconds for which it waits for a gateway that recovers or closes the store. */
const BUSY_MS = 5_000;

/** A rename would replace a file that somebody made meanwhile; a link does not. */
function publish(part: string, file: string): void {
  try {
    linkSync(part, file);
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw existing(file);
    throw new FederationError('USAGE', `the file cannot be written (${code})`, { at: file, cause });
  }
}

function syncToDisk(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const existing = (file: string): FederationError =>
  new FederationError('USAGE', 'the file exists already', {
    at: file,
    hint: 'Name one that does not: an export replaces nothing.',
  });
