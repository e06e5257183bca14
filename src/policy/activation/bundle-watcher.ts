// Polls the files of the bundles: a file that changed, and stayed the same until the next poll, is activated.
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { PolicyChange } from './activation.ts';
import { ABSENT, fingerprintOf } from './file-fingerprint.ts';

export interface WatchOptions {
  readonly files: readonly PolicyChange[];
  readonly baseDirectory: string;
  /** Milliseconds between two polls; 0: no polling. */
  readonly interval: number;
  readonly logger: Logger;
}

/** Brings bundles into force, or refuses them for good; after a rejection they are tried again at the next poll. */
export type Activate = (changes: readonly PolicyChange[]) => Promise<unknown>;

export interface WatchedBundles {
  /**
   * Begins to poll, unless `interval` is 0. Each change since {@link watchBundles} was called is activated once, even if it is
   * refused.
   */
  start(activate: Activate): void;
  /** Polls no more; never rejects. What is being activated is not waited for. */
  close(): Promise<void>;
}

/**
 * Records the files (a relative path starts at `baseDirectory`) as they are; once it is started it polls them every
 * `interval` milliseconds (0: never), and activates a changed file when two polls found it the same. A failure is
 * logged, and tried again at the next poll. Call it before they are loaded, so that no change is missed in between.
 * Never rejects.
 */
export async function watchBundles(options: WatchOptions): Promise<WatchedBundles> {
  const { baseDirectory, interval, logger } = options;
  const files = options.files.map(({ owner, path }) => ({ owner, path: resolve(baseDirectory, path) }));
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let previous = await fingerprintsOf(files);
  /** The fingerprints of the files that are in force, or were refused. */
  const handled = new Map(previous);

  async function activateChanged(activate: Activate): Promise<void> {
    const now = await fingerprintsOf(files);
    // A file that still changes is being written.
    const settled = files.filter(
      ({ path }) => now.get(path) !== handled.get(path) && now.get(path) === previous.get(path),
    );
    previous = now;
    if (settled.length === 0 || closed) return;
    await activate(settled);
    for (const { path } of settled) handled.set(path, now.get(path) ?? ABSENT);
  }

  return {
    start: (activate) => {
      const poll = async () => {
        // The cause is not in the files (such as a full queue), so they are tried again at the next poll.
        await activateChanged(activate).catch((error: unknown) => {
          if (!closed)
            logger.error(
              { err: error },
              'the policies’ files could not be brought into force; the next poll tries again',
            );
        });
        next();
      };
      const next = () => {
        if (!closed && interval > 0) timer = setTimeout(poll, interval).unref();
      };
      next();
    },
    close: async () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** The fingerprint of each file, by path, so that a file of two owners is read once. */
async function fingerprintsOf(files: readonly PolicyChange[]): Promise<ReadonlyMap<string, string>> {
  const paths = [...new Set(files.map(({ path }) => path))];
  return new Map(await Promise.all(paths.map(async (path) => [path, await fingerprintOf(path)] as const)));
}
