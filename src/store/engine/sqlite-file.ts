// The file of a SQLite store, and the lock beside it by which one process has it.
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { FederationError } from '../../model/errors.ts';

/**
 * Makes the file where there is none, for this user alone as its folder is: what a registry says may be for its members
 * alone. Gives its path without symbolic links, by which two gateways could have two locks of one file. Throws
 * STORE_UNAVAILABLE where there is something else, and the file system's error (an errno, see {@link faultOf}).
 */
export function makeFile(path: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    // One that is there is not opened: the process would lose its locks of it when that is closed again (POSIX).
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const real = realpathSync(path);
  if (!statSync(real).isFile()) throw notAFile(path);
  return real;
}

/** How each database of SQLite begins; one that has no page yet is empty. */
const HEADER = 'SQLite format 3\0';

/**
 * Takes a store that was there, as a copy of one, from all but its user. Another's file, and one that is no store, keeps its
 * rights: a wrong path, or a symbolic link, is not to close a file to those who need it. Only for whoever has the store's
 * lock: the process would lose SQLite's locks of a file that it has open (POSIX). Throws the file system's error (an errno,
 * see {@link faultOf}), also where there is no file.
 */
export function closeToOthers(path: string): void {
  const { uid, mode } = statSync(path);
  if ((mode & 0o077) === 0 && uid === process.getuid?.()) return;
  if (!['', HEADER].includes(beginningOf(path))) return;
  // Root may have it, for another user's gateway.
  if (process.getuid?.() !== 0 || uid === 0) chmodSync(path, 0o600);
}

function beginningOf(path: string): string {
  const descriptor = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(HEADER.length);
    return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

const notAFile = (path: string): FederationError =>
  new FederationError('STORE_UNAVAILABLE', 'The store cannot be used: there is a folder at its path.', {
    at: path,
    hint: 'Name a file, `store: { sqlite: <path> }`.',
  });

/** A file that this process has open. */
export interface SqliteFile {
  /** Which file it is, `<device>:<inode>`; null: none was there that this process may see. */
  readonly id: string | null;
  /** Whether it or its log was removed, or another is in the place of one: what is written would be lost. */
  isReplaced(): boolean;
  /**
   * Removes what SQLite wrote beside it, where another file is in its place: that one would get it. Throws the file system's
   * error.
   */
  removeLeftovers(): void;
}

/**
 * The file that SQLite has opened, and has read, so that its log (`-wal`) and that one's index (`-shm`) are there. Never
 * throws.
 *
 * @param named its path as it was given
 * @param path the same without symbolic links
 */
export function openedFile(named: string, path: string): SqliteFile {
  const id = idOf(named);
  const beside = [`${path}-wal`, `${path}-shm`].map((name) => ({ name, id: idOf(name) }));
  const isStill = (file: { readonly name: string; readonly id: string | null }) =>
    idOf(file.name) === file.id;
  return {
    id,
    isReplaced: () => ![{ name: named, id }, ...beside].every(isStill),
    removeLeftovers() {
      if (idOf(named) === id) return;
      for (const file of beside.filter(isStill)) rmSync(file.name, { force: true });
    },
  };
}

/** Which file is at the path; null: none that this process may see. */
function idOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** Throws STORE_UNAVAILABLE where there is nothing at the path: SQLite would make an empty file. */
export function requireFile(path: string): void {
  if (existsSync(path)) return;
  throw new FederationError('STORE_UNAVAILABLE', 'There is no store yet.', {
    at: path,
    hint: 'A gateway of this configuration makes it when it starts, as its user.',
  });
}

/** The lock of a store, until it is closed. */
export interface StoreLock {
  /** Whether its file was removed: another process can have the store then. */
  isReplaced(): boolean;
  /** Gives the lock up. */
  close(): void;
}

/**
 * A transaction on a file of its own, which the kernel ends with the process, however that ends: the store itself stays
 * readable for `panfed store info`. Throws STORE_IN_USE at once where another has it, as {@link makeFile} does, and SQLite's
 * error.
 *
 * @param store the path of the store without symbolic links; the lock is `<store>-lock`, which is made where there is none
 */
export function takeLock(store: string): StoreLock {
  const path = makeFile(`${store}-lock`);
  // It stays empty; who could write it could keep every gateway from its store.
  if (statSync(path).size === 0) chmodSync(path, 0o600);
  const lock = new Database(path, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    const id = idOf(path);
    return { isReplaced: () => idOf(path) !== id, close: () => lock.close() };
  } catch (cause) {
    lock.close();
    if ((cause as { code?: string }).code !== 'SQLITE_BUSY') throw cause;
    throw new FederationError('STORE_IN_USE', 'Another process has this store open.', {
      at: store,
      hint: 'Give each gateway a store of its own, `store: { sqlite: <path> }`, or share one in PostgreSQL.',
      cause,
    });
  }
}
