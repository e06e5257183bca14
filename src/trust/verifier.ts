// Verification in a thread beside the event loop: a hundred thousand signatures of a first crawl hold up no question.
import { fileURLToPath } from 'node:url';
import type { Attachment } from '../model/attachment.ts';
import { createThreadInTurns, TooMuch } from '../model/thread-in-turns.ts';
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

/**
 * Verifies in one thread for all facilities, which starts with the first task and ends when it idles for 5
 * seconds. What takes more than 10,000 ms or 512 MB of memory proves nothing; `verify` rejects as
 * {@link Verifier} says.
 */
export function createVerifier(): Verifier {
  const thread = createThreadInTurns<VerifyTask, readonly AttachmentFacts[]>({
    ...{ what: 'signatures', file: WORKER, megabytes: 512, milliseconds: DEADLINE },
  });

  /** null: it takes too much. */
  async function verified(attempting: Promise<readonly AttachmentFacts[]>) {
    try {
      return await attempting;
    } catch (error) {
      if (error instanceof TooMuch) return null;
      throw error;
    }
  }

  return {
    verify: (facility, task, signal) =>
      thread.inTurn(facility, signal, async (attempt) => {
        const together = await verified(attempt(task));
        if (together !== null) return together;
        // One attachment that takes too much loses none of the others.
        const found: AttachmentFacts[] = [];
        for (const one of task.attachments) {
          found.push(...((await verified(attempt({ ...task, attachments: [one] }))) ?? [NOTHING]));
        }
        return found;
      }),
    close: thread.close,
  };
}
