// Fetches what is signed and attested of an image from a registry of contract 2, one image at a time.
import { FederationError } from '../model/errors.ts';
import type { Endpoint } from '../network/graphql-endpoint.ts';
import { ATTACHMENTS_QUERY } from './contract.ts';
import { readDocumentsAside } from './parse-aside.ts';
import type { FetchedAttachments, WantedAttachments } from './source.ts';

/** Bytes of an answer, about one image: a signature has some thousand. */
const ANSWER_BYTES = 16_777_216;

/** Milliseconds for one image's. */
const DEADLINE = 30_000;

/** Failures that are not of this image alone: nothing more is to be asked now. */
const OF_ALL: ReadonlySet<string> = new Set(['CIRCUIT_OPEN', 'RATE_LIMITED']);

/**
 * The documents of one image, as {@link Source.attachments} says, by one request of at most 30,000 ms and 16 MiB. What a failed
 * request or an error of the answer leaves open is not in the map, nor is a document without the digest by which it is listed.
 * Rejects with CIRCUIT_OPEN or RATE_LIMITED, and with the signal's reason.
 */
export async function fetchDocuments(
  endpoint: Pick<Endpoint, 'read'>,
  facility: string,
  { upstreamId, attachments }: WantedAttachments,
  signal: AbortSignal,
): Promise<FetchedAttachments> {
  if (upstreamId === null) return new Map();
  const ended = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE)]);
  const question = {
    query: ATTACHMENTS_QUERY,
    variables: { ids: [upstreamId] },
    signal: ended,
    maxBytes: ANSWER_BYTES,
  };
  try {
    const context = { signal: ended, facility };
    const answer = await endpoint.read(question, (bytes) => readDocumentsAside(bytes, attachments, context));
    return new Map(answer.value);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof FederationError) || OF_ALL.has(error.code)) throw error;
    return new Map();
  }
}
