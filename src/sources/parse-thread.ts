// The threads in which what labs send is parsed, beside the event loop. Facilities take turns, and none has all of them.

import { fileURLToPath } from 'node:url';
import { errorOf } from '../model/error-data.ts';
import { FederationError } from '../model/errors.ts';
import { createFairQueue } from '../model/fair-queue.ts';
import { createWorkerThreads, isOutOfMemory } from '../model/worker-threads.ts';
import { abortFailure } from '../network/failure.ts';
import { upstreamText } from '../network/upstream-text.ts';
import type { Parsed, ParseTask } from './parse-worker.ts';
import type { CrawlContext } from './source.ts';

/** What the largest YAML catalog takes, twice. */
const MEGABYTES = 2_048;

// Built JavaScript, from src/ as from dist/: a `.ts` worker does not start under tsx on Node 20.
const WORKER = fileURLToPath(new URL('../../dist/sources/parse-worker.js', import.meta.url));

/** Threads for all registries; one that idles ends. */
const THREADS = 2;
const threads = createWorkerThreads({ file: WORKER, threads: THREADS, megabytes: MEGABYTES });

/**
 * A facility never has all threads, and after its turn the others have theirs. A registry has one thing to parse at a time,
 * and what is parsed ends with its crawl's deadline: so many wait at the most, and for so long.
 */
const queue = createFairQueue({
  what: 'answers of registries',
  atOnce: THREADS,
  atOnceEach: THREADS - 1,
  waitingEach: Number.POSITIVE_INFINITY,
  waiting: Number.POSITIVE_INFINITY,
  patience: null,
});

/** For whom it is parsed. */
export interface ParseContext extends CrawlContext {
  readonly facility: string;
  /** Whether nothing else waits for this thread, such as questions to a gateway; false by default. */
  readonly alone?: boolean;
}

/**
 * What a thread makes of the task, when it is the facility's turn. Rejects with the FederationError that it
 * gives, with SOURCE_TOO_LARGE for what takes more than 2,048 MB of memory, or with the error of
 * {@link abortFailure} once the signal aborts; a thread that does not start, or dies otherwise, rejects with
 * its own error.
 */
export async function parsedAside(
  task: ParseTask,
  context: ParseContext,
): Promise<Exclude<Parsed, { readonly failure: unknown }>> {
  const { signal } = context;
  let parsed: Parsed;
  try {
    parsed = await inTurn(context, async () => (await threads.run(task, signal)) as Parsed);
  } catch (cause) {
    if (signal.aborted) throw abortFailure(signal).error;
    if (!isOutOfMemory(cause)) throw cause;
    throw new FederationError('SOURCE_TOO_LARGE', `to parse it takes more than ${MEGABYTES} MB of memory`, {
      hint: 'write a large catalog as NDJSON, one image a line',
    });
  }
  if (!('failure' in parsed)) return parsed;
  const { cause } = parsed.failure;
  throw errorOf(parsed.failure, cause === undefined ? undefined : upstreamText(cause));
}

/** The registry is not charged for its waiting: those before it may be as slow as they like. */
async function inTurn(
  { facility, signal, uncounted = (waiting) => waiting }: ParseContext,
  parse: () => Promise<Parsed>,
): Promise<Parsed> {
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const parsing = queue.run(
    facility,
    async () => {
      begin();
      return parse();
    },
    signal,
  );
  await uncounted(Promise.race([begun, parsing]));
  return parsing;
}
