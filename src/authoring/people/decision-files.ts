// Reads the lines of a decision log's files, with rotated and compressed ones, line by line and never a whole file in
// memory.
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { FederationError } from '../../model/errors.ts';
import { shownPath } from '../source/syntax.ts';

/** Bytes of a line, at most; no entry is longer. */
const MAX_LINE_BYTES = 4_194_304;

/** Names of log files in a folder: `decisions.ndjson`, `decisions.ndjson.1.gz`. */
const LOG_FILE = /\.(?:ndjson|jsonl|log)(?:\.\d+)?(?:\.gz)?$/;

/**
 * The named files, and the log files in the named folders (`*.ndjson`, `*.jsonl`, `*.log`, rotated and
 * gzipped ones too, sorted by name; not those in folders within), each once, in the order of `paths`; none
 * for no paths. No file is opened. Rejects with USAGE if one is not there or a folder has none, and with the
 * system's error for a folder that cannot be listed.
 */
export async function decisionFiles(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(filesAt));
  return [...new Set(found.flat())];
}

async function filesAt(path: string): Promise<string[]> {
  const what = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (!what.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && LOG_FILE.test(entry.name));
  if (names.length > 0) return names.map(({ name }) => join(path, name)).sort();
  throw new FederationError('USAGE', 'the folder has no file of a decision log', {
    at: shownPath(path),
    hint: 'a log is named *.ndjson, and once rotated *.ndjson.1.gz; or name its files',
  });
}

/**
 * The lines of a file (UTF-8), plain or gzip (RFC 1952), which its first bytes decide, in their order; null for a line
 * of more than {@link MAX_LINE_BYTES} (4 MiB). Throws USAGE if the file cannot be read, or is truncated gzip.
 */
export async function* linesOf(path: string): AsyncGenerator<string | null> {
  try {
    const file = createReadStream(path);
    const bytes = (await isCompressed(path)) ? file.pipe(createGunzip()) : file;
    // A pipe does not forward the errors of its source.
    file.on('error', (error) => bytes.destroy(error));
    try {
      yield* linesIn(bytes);
    } finally {
      file.destroy();
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function isCompressed(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

async function* linesIn(bytes: AsyncIterable<Buffer>): AsyncGenerator<string | null> {
  let parts: Buffer[] = [];
  let length = 0;
  const line = () => (length > MAX_LINE_BYTES ? null : Buffer.concat(parts).toString('utf8'));
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      length += end - start;
      if (length <= MAX_LINE_BYTES) parts.push(chunk.subarray(start, end));
      yield line();
      [parts, length, start] = [[], 0, end + 1];
    }
    length += chunk.length - start;
    // Nothing is kept of a line that is too long.
    if (length <= MAX_LINE_BYTES) parts.push(chunk.subarray(start));
    else parts = [];
  }
  if (length > 0) yield line();
}

function unreadable(path: string, cause: unknown): FederationError {
  if (cause instanceof FederationError) return cause;
  const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
  return new FederationError('USAGE', `the decision log cannot be read (${reason})`, {
    at: shownPath(path),
    hint: 'name files or folders of telemetry.decisionLog that this user may read',
    cause,
  });
}
