// The older files of a log: the one that is full is set aside by a rename and compressed afterwards, each step making
// something whole. What a failure or a kill left behind is gone on with and never begun again, so that it costs no entry.
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, rename, rm, unlink } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface ArchivesOptions {
  /** Absolute, of the file that is written to; older ones are beside it, from `<path>.1.gz`, the newest, on. */
  readonly path: string;
  /** Older files that are kept. */
  readonly keep: number;
  /** Permissions of the files that are made. */
  readonly mode: number;
}

export class Archives {
  readonly #path: string;
  readonly #keep: number;
  readonly #mode: number;
  /** Set aside, and not compressed yet. */
  readonly #aside: string;
  /** The same, compressed as a whole; it has not got its number yet. */
  readonly #whole: string;
  readonly #stopping = new AbortController();
  #underWay: Promise<void> | null = null;

  constructor({ path, keep, mode }: ArchivesOptions) {
    this.#path = path;
    this.#keep = keep;
    this.#mode = mode;
    this.#aside = `${path}.0`;
    this.#whole = `${path}.0.gz`;
  }

  /**
   * Sets the file aside, so that a new one may be begun, and compresses it behind. Rejects, with nothing changed, where
   * the one before is still there and cannot be compressed: a third one would have no place.
   */
  async add(): Promise<void> {
    await this.#finish();
    await rename(this.#path, this.#aside);
    this.resume();
  }

  /** Goes on with what was left behind, if anything was. A failure is told when the next one is to be added. */
  resume(): void {
    this.#finish().catch(() => {});
  }

  /** Resolves when nothing is under way; what is not done when the signal aborts is left to the next start. */
  async close(signal: AbortSignal): Promise<void> {
    const stop = () => this.#stopping.abort();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    await this.#underWay?.catch(() => {});
    signal.removeEventListener('abort', stop);
  }

  #finish(): Promise<void> {
    this.#underWay ??= this.#finishOnce().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #finishOnce(): Promise<void> {
    if (await isThere(this.#aside)) {
      if (!(await isThere(this.#whole))) await this.#compress();
      await unlink(this.#aside);
    }
    if (!(await isThere(this.#whole))) return;
    await this.#makeRoom();
    await rename(this.#whole, this.#numbered(1));
  }

  async #compress(): Promise<void> {
    const part = `${this.#whole}.part`;
    await rm(part, { force: true });
    // On disk before what it was made of goes.
    const to = createWriteStream(part, { flags: 'wx', mode: this.#mode, flush: true });
    const { signal } = this.#stopping;
    try {
      await pipeline(createReadStream(this.#aside), createGzip(), to, { signal });
      await rename(part, this.#whole);
    } catch (error) {
      // On a full disk it is in the way of what is written.
      await rm(part, { force: true }).catch(() => {});
      throw error;
    }
  }

  /** Up to the first number that is free, so that one who was interrupted moves none twice; else the oldest goes. */
  async #makeRoom(): Promise<void> {
    let last = 1;
    while (last < this.#keep && (await isThere(this.#numbered(last)))) last++;
    for (let number = last; number > 1; number--) {
      await rename(this.#numbered(number - 1), this.#numbered(number));
    }
    // Those of a time when more were kept.
    for (let number = this.#keep + 1; await isThere(this.#numbered(number)); number++) {
      await unlink(this.#numbered(number));
    }
  }

  #numbered(number: number): string {
    return `${this.#path}.${number}.gz`;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
