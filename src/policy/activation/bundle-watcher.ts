// The files of the bundles, looked at again and again: one that changed, and stayed as it is until the next look, is to
// come into force.
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { PolicyChange } from './activation.ts';
import { ABSENT, fingerprintOf } from './file-fingerprint.ts';

export interface WatchOptions {
  readonly files: readonly PolicyChange[];
  readonly baseDirectory: string;
  /** Milliseconds between two looks; 0: none is taken. */
  readonly interval: number;
  readonly logger: Logger;
}

/** Brings bundles into force, or refuses them for good; what rejects is tried again. */
export type Activate = (changes: readonly PolicyChange[]) => Promise<unknown>;

export interface WatchedBundles {
  /** Begins to look. What changed since {@link watchBundles} was called is a change, once however long it is wrong. */
  start(activate: Activate): void;
  close(): Promise<void>;
}

/** Remembers the files as they are: to be called before they are loaded, so that no change is missed in between. */
export async function watchBundles(options: WatchOptions): Promise<WatchedBundles> {
  const { baseDirectory, interval, logger } = options;
  const files = options.files.map(({ owner, path }) => ({ owner, path: resolve(baseDirectory, path) }));
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let seen = await stampsOf(files);
  /** What is in force, or was refused. */
  const handled = new Map(seen);

  async function take(activate: Activate): Promise<void> {
    const now = await stampsOf(files);
    // A file that still changes is being written.
    const settled = files.filter(
      ({ path }) => now.get(path) !== handled.get(path) && now.get(path) === seen.get(path),
    );
    seen = now;
    if (settled.length === 0 || closed) return;
    await activate(settled);
    for (const { path } of settled) handled.set(path, now.get(path) ?? ABSENT);
  }

  return {
    start: (activate) => {
      const look = async () => {
        // Such as too much that waits: no fault of the files, which are taken up at the next look.
        await take(activate).catch((error: unknown) => {
          if (!closed) logger.error({ err: error }, 'the policies’ files could not be taken up');
        });
        next();
      };
      const next = () => {
        if (!closed && interval > 0) timer = setTimeout(look, interval).unref();
      };
      next();
    },
    close: async () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** What changes with a file's content: by path, so that a file of two owners is looked at once. */
async function stampsOf(files: readonly PolicyChange[]): Promise<ReadonlyMap<string, string>> {
  const paths = [...new Set(files.map(({ path }) => path))];
  return new Map(await Promise.all(paths.map(async (path) => [path, await fingerprintOf(path)] as const)));
}
