// Fetches what is signed and attested of an image from a registry of contract 2, one image at a time.
import { FederationError } from '../model/errors.ts';
import { within } from '../model/within.ts';
import { isOfRegistry } from '../network/failure.ts';
import type { Endpoint } from '../network/graphql-endpoint.ts';
import { ATTACHMENTS_QUERY, SIGNATURES_QUERY } from './contract.ts';
import { readDocumentsAside } from './parse-aside.ts';
import type { FetchedAttachments, WantedAttachments } from './source.ts';

/** Bytes of an answer, about one image: a signature has some thousand. */
const ANSWER_BYTES = 16_777_216;

/** Milliseconds for one image's. */
const DEADLINE = 30_000;

/**
 * The documents of one image, as {@link Source.attachments} says, by one request of at most 30,000 ms and 16 MiB; where they are
 * larger together, those of signatures alone, by another one. What a failed request or an error of the answer leaves open is not
 * in the map, nor is a document without the digest by which it is listed; none is for an image without an id of the registry's
 * own. Rejects with CIRCUIT_OPEN or RATE_LIMITED, with what is no FederationError, and with the signal's reason.
 */
export async function fetchDocuments(
  endpoint: Pick<Endpoint, 'read'>,
  facility: string,
  { upstreamId, attachments }: WantedAttachments,
  signal: AbortSignal,
): Promise<FetchedAttachments> {
  if (upstreamId === null) return new Map();
  for (const query of [ATTACHMENTS_QUERY, SIGNATURES_QUERY]) {
    const question = { query, variables: { ids: [upstreamId] }, maxBytes: ANSWER_BYTES };
    try {
      return await within(DEADLINE, signal, async (ended) => {
        const context = { signal: ended, facility };
        const read = (bytes: Buffer) => readDocumentsAside(bytes, attachments, context);
        const answer = await endpoint.read({ ...question, signal: ended }, read);
        return new Map(answer.value);
      });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof FederationError) || isOfRegistry(error)) throw error;
      if (error.code !== 'SOURCE_TOO_LARGE') break;
    }
  }
  return new Map();
}
