// Verifies a lab's bundle in a thread of its own: to parse and hash a large data document takes seconds, in which the
// gateway goes on answering, and what needs too much of time or memory ends alone.
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { FederationError } from '../../model/errors.ts';
import { costly } from './refusal.ts';
import type { SourceTrust } from './signature.ts';
import type { SignedSource } from './source.ts';
import type { Verified, VerifyTask } from './verify-worker.ts';

// Built JavaScript, from src/ as from dist/: a `.ts` worker does not start under tsx on Node 20.
const WORKER = fileURLToPath(new URL('../../../dist/policy/distribution/verify-worker.js', import.meta.url));

/** Milliseconds: ten times what the largest bundle takes. */
const DEADLINE = 60_000;

/** What the largest data document takes, twice. */
const MEGABYTES = 1_024;

/**
 * As `verifySource`, and POLICY_TOO_COSTLY where it takes more than a minute or a gigabyte. Rejects with the signal's
 * reason where that is given up before.
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
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEGABYTES },
  });
  // A worker that dies rejects its task, which is told below.
  thread.on('error', () => {});
  try {
    const task: VerifyTask = { archive, trust, path };
    const verified: Verified = await thread.run(task, {
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    });
    if ('source' in verified) return verified.source;
    const { code, message, at, hint } = verified.refusal;
    throw new FederationError(code, message, { at, hint });
  } catch (cause) {
    signal?.throwIfAborted();
    if (late.aborted) throw costly(path, `to verify the bundle takes longer than ${deadline} ms`);
    if ((cause as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
      throw costly(path, `to verify the bundle takes more than ${MEGABYTES} MB`, cause);
    }
    throw cause;
  } finally {
    await thread.destroy();
  }
}
