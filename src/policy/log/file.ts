// The decision log as a file of NDJSON: a line an entry, a new file by size and by the clock, the older ones compressed
// and so many of them kept.
import { mkdir, open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import type { DecisionLogConfig } from '../../config/decision-log.ts';
import { FederationError } from '../../model/errors.ts';
import type { Sink } from './queue.ts';

export type FileLogConfig = NonNullable<DecisionLogConfig['file']>;

/** For this user alone: who may do what is nobody else's to read. */
const MODE = 0o600;
const INTERVALS = { hour: '1h', day: '1d' } as const;

/** `path` is absolute. Rejects with CONFIG_INVALID where it cannot be written. */
export async function fileSink({ path, bytes, every, keep }: FileLogConfig): Promise<Sink> {
  await checkWritable(path);
  let stream: RotatingFileStream | null = null;
  /** The last write may have ended in the middle of a line. */
  let torn = false;

  function opened(): RotatingFileStream {
    if (stream !== null) return stream;
    const made = createStream(basename(path), {
      path: dirname(path),
      size: `${bytes}B`,
      interval: INTERVALS[every],
      rotate: keep,
      compress: 'gzip',
      mode: MODE,
    });
    // A stream that failed is of no more use; whoever writes is told by the write itself.
    made.on('error', () => {
      if (stream === made) stream = null;
    });
    stream = made;
    return made;
  }

  return {
    async write(entries) {
      const lines = `${torn ? '\n' : ''}${entries.join('\n')}\n`;
      torn = true;
      await new Promise<void>((resolve, reject) => {
        opened().write(lines, (error) => (error ? reject(error) : resolve()));
      });
      torn = false;
      return 0;
    },
    close: () =>
      new Promise((resolve, reject) => {
        if (stream === null) return resolve();
        stream.once('error', reject);
        stream.end(resolve);
      }),
  };
}

async function checkWritable(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await (await open(path, 'a', MODE)).close();
  } catch (cause) {
    throw new FederationError('CONFIG_INVALID', `the decision log ${path} cannot be written`, {
      at: 'telemetry.decisionLog.file.path',
      hint: 'Name a file that this user may write, in a folder that it may write.',
      cause,
    });
  }
}
