// The older files of a log: a full file is renamed and compressed afterwards, and each step leaves complete files. Work
// that a failure or a kill interrupted is continued, never restarted, so that no entry is lost.
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, rename, rm, unlink } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface ArchivesOptions {
  /** Absolute path of the current file; older ones are beside it as `<path>.1.gz`, the newest, and so on. */
  readonly path: string;
  /** Older files that are kept, at most. */
  readonly keep: number;
  /** Permissions of the files that are made. */
  readonly mode: number;
}

/**
 * Rotates a log file: the current one becomes `<path>.1.gz` (gzip, RFC 1952), and the oldest beyond `keep` is removed.
 */
export class Archives {
  readonly #path: string;
  readonly #keep: number;
  readonly #mode: number;
  /** The renamed file, not compressed yet. */
  readonly #rotated: string;
  /** The same, completely compressed, but without a number yet. */
  readonly #compressed: string;
  readonly #stopping = new AbortController();
  #underWay: Promise<void> | null = null;

  /** Reads and writes nothing yet. */
  constructor({ path, keep, mode }: ArchivesOptions) {
    this.#path = path;
    this.#keep = keep;
    this.#mode = mode;
    this.#rotated = `${path}.0`;
    this.#compressed = `${path}.0.gz`;
  }

  /**
   * Renames the file, so that a new one can be started, and compresses it in the background. Rejects, with nothing
   * changed, if the one before still exists and cannot be compressed: there is no name for a third one; also with the
   * file system's error if the file cannot be renamed.
   */
  async add(): Promise<void> {
    await this.#finish();
    await rename(this.#path, this.#rotated);
    this.resume();
  }

  /** Continues interrupted work, if there is any. A failure is reported when the next file is added. */
  resume(): void {
    this.#finish().catch(() => {});
  }

  /** Resolves when no work is running; work that is not done when the signal aborts is left to the next start. */
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
    if (await exists(this.#rotated)) {
      if (!(await exists(this.#compressed))) await this.#compress();
      await unlink(this.#rotated);
    }
    if (!(await exists(this.#compressed))) return;
    await this.#shiftNumbers();
    await rename(this.#compressed, this.#numbered(1));
  }

  async #compress(): Promise<void> {
    const part = `${this.#compressed}.part`;
    await rm(part, { force: true });
    // Flushed to disk before its original is removed.
    const to = createWriteStream(part, { flags: 'wx', mode: this.#mode, flush: true });
    const { signal } = this.#stopping;
    try {
      await pipeline(createReadStream(this.#rotated), createGzip(), to, { signal });
      await rename(part, this.#compressed);
    } catch (error) {
      // On a full disk it takes the space of the log itself.
      await rm(part, { force: true }).catch(() => {});
      throw error;
    }
  }

  /**
   * Moves files up to the first free number, so that none moves twice after an interruption; else the oldest is
   * replaced.
   */
  async #shiftNumbers(): Promise<void> {
    let last = 1;
    while (last < this.#keep && (await exists(this.#numbered(last)))) last++;
    for (let number = last; number > 1; number--) {
      await rename(this.#numbered(number - 1), this.#numbered(number));
    }
    // Files from a time when more were kept.
    for (let number = this.#keep + 1; await exists(this.#numbered(number)); number++) {
      await unlink(this.#numbered(number));
    }
  }

  #numbered(number: number): string {
    return `${this.#path}.${number}.gz`;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
