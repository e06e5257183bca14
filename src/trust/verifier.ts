// Verification in a thread beside the event loop: a hundred thousand signatures of a first crawl hold up no question.
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Attachment } from '../model/attachment.ts';
import { createFairQueue } from '../model/fair-queue.ts';
import type { AttachmentFacts } from './attachment.ts';
import { NOTHING } from './facts.ts';
import type { TrustMaterial } from './roots.ts';

// Built JavaScript, from src/ as from dist/: a `.ts` worker does not start under tsx on Node 20.
const WORKER = fileURLToPath(new URL('../../dist/trust/verify-worker.js', import.meta.url));

/** Milliseconds for the attachments of one image, and for one that is verified alone: what takes longer proves nothing. */
const DEADLINE = 10_000;

/** What is to be verified for one image. */
export interface VerifyTask {
  /** The image's digest. */
  readonly subject: string;
  readonly attachments: readonly Attachment[];
  readonly material: TrustMaterial;
  /** A hash of the material: what was read of it once is used again. */
  readonly hash: string;
}

export interface Verifier {
  /**
   * What is found in each attachment, in their order. Facilities take turns. Where an attachment takes more time or memory than
   * it may, nothing is found in that one. Rejects with the signal's reason once it aborts, and with the error of a thread that
   * does not start or dies otherwise: then nothing is known.
   */
  verify(facility: string, task: VerifyTask, signal: AbortSignal): Promise<readonly AttachmentFacts[]>;
  /** Ends the thread. Never rejects. */
  close(): Promise<void>;
}

/** A task took more time or memory than it may. */
class TooMuch extends Error {}

/** One thread for all facilities, which starts with the first task and ends when it idles for 5 seconds. */
export function createVerifier(): Verifier {
  let thread: Piscina | null = null;
  const queue = createFairQueue({
    what: 'signatures',
    atOnce: 1,
    atOnceEach: 1,
    waitingEach: Number.POSITIVE_INFINITY,
    waiting: Number.POSITIVE_INFINITY,
    patience: null,
  });

  function started(): Piscina {
    if (thread !== null) return thread;
    thread = new Piscina({
      filename: WORKER,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: 5_000,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    // A worker that dies rejects its task, which is reported there.
    thread.on('error', () => {});
    return thread;
  }

  /** Rejects with {@link TooMuch} where the task took more than it may. */
  async function attempt(task: VerifyTask, signal: AbortSignal): Promise<readonly AttachmentFacts[]> {
    signal.throwIfAborted();
    // A signal of signals would be kept by the one that lasts, once for each of a hundred thousand images.
    const ended = new AbortController();
    const end = (): void => ended.abort();
    const timer = setTimeout(end, DEADLINE);
    signal.addEventListener('abort', end, { once: true });
    try {
      return await started().run(task, { signal: ended.signal });
    } catch (error) {
      signal.throwIfAborted();
      const isOutOfMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
      throw ended.signal.aborted || isOutOfMemory ? new TooMuch() : error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  }

  /** One attachment that takes too much loses none of the others. */
  async function run(task: VerifyTask, signal: AbortSignal): Promise<readonly AttachmentFacts[]> {
    try {
      return await attempt(task, signal);
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error;
    }
    const found: AttachmentFacts[] = [];
    for (const one of task.attachments) {
      try {
        found.push(...(await attempt({ ...task, attachments: [one] }, signal)));
      } catch (error) {
        if (!(error instanceof TooMuch)) throw error;
        found.push(NOTHING);
      }
    }
    return found;
  }

  return {
    verify: (facility, task, signal) => queue.run(facility, () => run(task, signal), signal),
    async close() {
      await thread?.destroy();
    },
  };
}
