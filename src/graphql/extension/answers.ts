// What a registry says of its extension's fields: asked a few requests at a time, fairly between callers, kept for a short
// time and shared between them. Shared is what it says of an image alone: that a request failed may be for another image of
// it, which not everybody may know of, so that it is kept for those alone who made the request. The gateway asks by its own
// credential, so that the answer is the same for everybody; that it is given for images alone that passed policy is seen to
// before anybody comes here.

import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { FederationError } from '../../model/errors.ts';
import { createFairQueue, type FairQueue } from '../../model/fair-queue.ts';
import { isObject } from '../../model/json-object.ts';
import { answering, paced } from '../../model/pace.ts';
import type { Endpoint } from '../../network/graphql-endpoint.ts';
import { type ImagesAnswer, readImagesAside } from '../../sources/parse-aside.ts';
import { MalformedNode } from '../../sources/source.ts';
import type { ExtensionAnswer, ExtensionQuestion } from './question.ts';
import { inertValue } from './text.ts';

export interface ExtensionAnswersOptions {
  readonly facility: string;
  readonly endpoint: Pick<Endpoint, 'read'>;
  /** Milliseconds for one request, and again for its wait in the queue. */
  readonly deadline: number;
  /** Bytes of one request's answer. */
  readonly maxBytes: number;
  /**
   * Milliseconds for which an answer is cached; 0: it is shared only while it is being fetched, within one principal.
   */
  readonly keep: number;
  readonly logger: Logger;
}

export interface ExtensionAnswers {
  /**
   * The answer about each image, in the order of the ids. Never rejects. A queued request is cancelled once the signals
   * of all its questions have aborted. A request that was sent is not cancelled, because otherwise clients that ask and
   * disconnect could make the gateway send more requests than the queue allows.
   */
  of(
    question: ExtensionQuestion,
    ids: readonly string[],
    principal: string,
    signal?: AbortSignal,
  ): Promise<readonly ExtensionAnswer[]>;
}

/** Ids of one request; servers of the contract refuse more than 1,000. */
const BATCH_IDS = 250;
/** Approximate bytes of one image's own fields, and bytes of the answer to one request. */
const IMAGE_BYTES = 65_536;
const ANSWER_BYTES = 4_194_304;
/** Errors within one image; with more of them, the image fails as a whole. */
const IMAGE_FAULTS = 64;
/** Approximate bytes of an error for each step of its path. */
const FAULT_BYTES = 64;
/** Bounds of one facility's cache. */
const CACHE = { entries: 10_000, bytes: 8_388_608 };
/** Milliseconds for which a failure is cached at most, so that not every caller asks a registry that is down. */
const KEEP_FAILURE = 2_000;
const QUEUE = { what: 'questions to a registry', atOnce: 3, atOnceEach: 2, waitingEach: 32, waiting: 256 };

/** What came of one id. */
interface Outcome {
  readonly answer: ExtensionAnswer;
  readonly bytes: number;
  /** Set where the whole request failed, perhaps because of another of its ids. */
  readonly ofRequest?: true;
}

/** The images of one queued request of one principal. */
interface Batch {
  readonly wanted: Map<string, PromiseWithResolvers<ExtensionAnswer>>;
  /** Questions that wait for any of the images. */
  questions: number;
  /** Aborts when no question is left. */
  readonly abandoned: AbortController;
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T | Promise<T>) => void;
}

/**
 * One facility's answers, with a queue and a cache: three requests at a time of at most 250 images each, two of one
 * principal; 10,000 answers or 8 MiB are kept, a failure for 2 seconds at most. A registry that fails is the answer
 * about its images: SOURCE_UNAVAILABLE; a full queue (256, 32 of a principal), or a wait beyond `deadline`: NOT_READY.
 */
export function createExtensionAnswers(options: ExtensionAnswersOptions): ExtensionAnswers {
  const { facility, logger } = options;
  const queue: FairQueue = createFairQueue({ ...QUEUE, patience: options.deadline });
  const cache = new LRUCache<string, { readonly answer: ExtensionAnswer; readonly bytes: number }>({
    max: CACHE.entries,
    maxSize: CACHE.bytes,
    sizeCalculation: ({ bytes }, key) => bytes + 2 * key.length,
  });
  const underWay = new Map<string, Promise<ExtensionAnswer>>();
  const waiting = new Map<string, Batch>();

  const keyOf = (question: ExtensionQuestion, id: string): string => `${question.key} ${id}`;
  const ownKeyOf = (question: ExtensionQuestion, id: string, principal: string): string =>
    JSON.stringify([principal, keyOf(question, id)]);

  function known(
    question: ExtensionQuestion,
    id: string,
    principal: string,
  ): ExtensionAnswer | Promise<ExtensionAnswer> | undefined {
    const own = ownKeyOf(question, id, principal);
    return cache.get(keyOf(question, id))?.answer ?? cache.get(own)?.answer ?? underWay.get(own);
  }

  function wait(
    question: ExtensionQuestion,
    id: string,
    principal: string,
    join: (batch: Batch) => void,
  ): Promise<ExtensionAnswer> {
    const name = JSON.stringify([question.key, principal]);
    let batch = waiting.get(name);
    if (
      batch === undefined ||
      batch.abandoned.signal.aborted ||
      (batch.wanted.size >= BATCH_IDS && !batch.wanted.has(id))
    ) {
      batch = { wanted: new Map(), questions: 0, abandoned: new AbortController() };
      waiting.set(name, batch);
      enqueue(question, batch, name, principal);
    }
    const wanted = batch.wanted.get(id) ?? deferred<ExtensionAnswer>();
    batch.wanted.set(id, wanted);
    join(batch);
    return wanted.promise;
  }

  function enqueue(question: ExtensionQuestion, batch: Batch, name: string, principal: string): void {
    const begun = (): void => {
      if (waiting.get(name) === batch) waiting.delete(name);
    };
    queue
      .run(
        principal,
        () => {
          begun();
          return askFor(question, batch, principal);
        },
        batch.abandoned.signal,
      )
      .catch((cause: unknown) => {
        begun();
        const failure = new FederationError(
          'NOT_READY',
          `Too many questions about the own fields of ${facility} are waiting for its registry.`,
          { hint: 'The rest of the answer is valid; ask again in a moment, or for fewer images.', cause },
        );
        for (const { resolve } of batch.wanted.values()) resolve({ failure });
      });
  }

  /** Requests the images that have not been answered while the request was queued. */
  async function askFor(question: ExtensionQuestion, { wanted }: Batch, principal: string): Promise<void> {
    const missing = [...wanted].filter(([id, { resolve }]) => {
      const answer = known(question, id, principal);
      if (answer !== undefined) resolve(answer);
      return answer === undefined;
    });
    if (missing.length === 0) return;
    for (const [id, { promise }] of missing) underWay.set(ownKeyOf(question, id, principal), promise);
    const ids = missing.map(([id]) => id);
    const answers = await ask(question, ids);
    missing.forEach(([id, { resolve }], index) => {
      const own = ownKeyOf(question, id, principal);
      const { answer, bytes, ofRequest } = answers[index] ?? failedRequest();
      const key = ofRequest ? own : keyOf(question, id);
      const ttl = 'failure' in answer ? Math.min(options.keep, KEEP_FAILURE) : options.keep;
      if (ttl > 0) cache.set(key, { answer, bytes: bytes + 64 }, { ttl });
      underWay.delete(own);
      resolve(answer);
    });
  }

  /** One outcome for each id; never rejects. */
  async function ask(question: ExtensionQuestion, ids: readonly string[]): Promise<readonly Outcome[]> {
    try {
      const signal = AbortSignal.timeout(options.deadline);
      const { query, responseKey } = question;
      const maxBytes = Math.min(options.maxBytes, ANSWER_BYTES);
      const { value } = await options.endpoint.read(
        { query, variables: question.variables(ids), signal, maxBytes },
        (bytes) => readImagesAside(bytes, responseKey, { facility, signal }),
      );
      if (value.errors.length > 0) {
        logger.warn({ facility, errors: value.errors.slice(0, 5) }, 'an extension answered with errors');
      }
      return await readImages(question, ids, value);
    } catch (cause) {
      logger.warn({ facility, err: cause }, 'an extension could not be asked');
      return ids.map(() => failedRequest(cause));
    }
  }

  async function readImages(
    { responseKey }: ExtensionQuestion,
    ids: readonly string[],
    { images, errors }: ImagesAnswer,
  ): Promise<readonly Outcome[]> {
    // One image for each id; otherwise every image after a gap would be taken for another one.
    if (images?.length !== ids.length) {
      throw new FederationError('SOURCE_MALFORMED', 'the answer is not one image for each id');
    }
    const faults = faultsOf(responseKey, errors);
    const failure = unavailable();
    const outcomes: Outcome[] = [];
    await paced(images.entries(), answering, ([index, image]) => {
      const paths = faults.byImage.get(index) ?? [];
      outcomes.push(
        image === null && paths.length === 0 && faults.ofAll
          ? failedRequest()
          : readImage(image, paths, failure),
      );
    });
    return outcomes;
  }

  const failedRequest = (cause?: unknown): Outcome => ({
    answer: { failure: unavailable(cause) },
    bytes: 0,
    ofRequest: true,
  });

  function unavailable(cause?: unknown): FederationError {
    return new FederationError(
      'SOURCE_UNAVAILABLE',
      `The registry of ${facility} did not answer with its own fields.`,
      { hint: 'The rest of the answer is valid; ask again later.', cause },
    );
  }

  return {
    of: async (question, ids, principal, signal) => {
      const joined = new Set<Batch>();
      const join = (batch: Batch): void => {
        if (joined.has(batch)) return;
        joined.add(batch);
        batch.questions += 1;
      };
      const leave = (): void => {
        for (const batch of joined) {
          batch.questions -= 1;
          if (batch.questions === 0) batch.abandoned.abort();
        }
      };
      const answers = Promise.all(
        ids.map((id) => known(question, id, principal) ?? wait(question, id, principal, join)),
      );
      if (signal?.aborted) leave();
      else signal?.addEventListener('abort', leave, { once: true });
      return answers.finally(() => signal?.removeEventListener('abort', leave));
    },
  };
}

type Path = readonly (string | number)[];

/** The outcome of one image, independent of the other images of its request. */
function readImage(image: unknown, paths: readonly Path[], failure: FederationError): Outcome {
  const read = isImage(image) && paths.length <= IMAGE_FAULTS ? inertValue(image, IMAGE_BYTES) : null;
  if (read === null || (image === null && paths.length > 0)) return { answer: { failure }, bytes: 0 };
  const faults = paths.map((path) => ({ path, failure }));
  const bytes = paths.reduce((sum, path) => sum + FAULT_BYTES * (path.length + 1), read.bytes);
  return { answer: { value: read.value, faults }, bytes };
}

const isImage = (image: unknown): boolean =>
  image === null || (isObject(image) && !(image instanceof MalformedNode));

/** The paths of errors within each image; `ofAll`: an error does not belong to an image. */
function faultsOf(responseKey: string, errors: ImagesAnswer['errors']) {
  const byImage = new Map<number, Path[]>();
  let ofAll = false;
  for (const { path } of errors) {
    const [list, index, ...rest] = path ?? [];
    if (list !== responseKey || typeof index !== 'number') {
      ofAll = true;
      continue;
    }
    const paths = byImage.get(index) ?? [];
    byImage.set(index, paths);
    paths.push(rest);
  }
  return { byImage, ofAll };
}

function deferred<T>(): PromiseWithResolvers<T> {
  let resolve: PromiseWithResolvers<T>['resolve'] = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
