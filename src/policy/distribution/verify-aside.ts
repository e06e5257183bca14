// Verifies a lab's bundle in a separate thread: parsing and hashing a large data document takes seconds, in which the
// gateway goes on answering, and a bundle that needs too much time or memory ends only that thread.
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { errorOf } from '../../model/error-data.ts';
import { WORKER_ARGUMENTS } from '../../model/worker-arguments.ts';
import { costly } from './refusal.ts';
import type { SourceTrust } from './signature.ts';
import type { SignedSource } from './source.ts';
import type { Verified, VerifyTask } from './verify-worker.ts';

// Built JavaScript, from src/ as from dist/: a `.ts` worker does not start under tsx on Node 20.
const WORKER = fileURLToPath(new URL('../../../dist/policy/distribution/verify-worker.js', import.meta.url));

/** Milliseconds: ten times what the largest bundle needs. */
const DEADLINE = 60_000;

/** Twice what the largest data document needs. */
const MEGABYTES = 1_024;

/**
 * As {@link verifySource}, in a thread of its own: rejects with POLICY_UNSIGNED and POLICY_INVALID; also with
 * POLICY_TOO_COSTLY if it takes more than `deadline` milliseconds (60,000 by default) or a gigabyte of memory, with the
 * signal's reason if that aborts before (by default there is none), and with the thread's error if it does not start.
 * `path`: for messages.
 */
export async function verifyAside(
  archive: Uint8Array,
  trust: SourceTrust,
  path: string,
  signal?: AbortSignal,
  deadline = DEADLINE,
): Promise<SignedSource> {
  signal?.throwIfAborted();
  const late = AbortSignal.timeout(deadline);
  const thread = new Piscina({
    filename: WORKER,
    minThreads: 0,
    maxThreads: 1,
    env: {},
    execArgv: [...WORKER_ARGUMENTS],
    resourceLimits: { maxOldGenerationSizeMb: MEGABYTES },
  });
  // A worker that dies rejects its task, which is handled below.
  thread.on('error', () => {});
  try {
    const task: VerifyTask = { archive, trust, path };
    const verified: Verified = await thread.run(task, {
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    });
    if ('source' in verified) return verified.source;
    throw errorOf(verified.refusal);
  } catch (cause) {
    signal?.throwIfAborted();
    if (late.aborted) throw costly(path, `verifying the bundle takes longer than ${deadline} ms`);
    if ((cause as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
      throw costly(path, `verifying the bundle takes more than ${MEGABYTES} MB`, cause);
    }
    throw cause;
  } finally {
    await thread.destroy();
  }
}
