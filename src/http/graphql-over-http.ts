// A GraphQL handler behind a server of Node's: which media type is answered, and an answer with the headers of all others.
import type { IncomingMessage, ServerResponse } from 'node:http';
import Negotiator from 'negotiator';
import { FederationError } from '../model/errors.ts';
import { sendCompressed } from './compression.ts';
import { JSON_TYPE, mediaTypeOf, refuseUnreadableBody } from './request-body.ts';

/** What an answer may be (GraphQL over HTTP, section 6.2); the first where a client takes anything. */
const MEDIA_TYPES = [JSON_TYPE, 'application/graphql-response+json'];

/** A handler of GraphQL that is given a request and its response, and writes nothing itself. */
export type GraphqlHandler = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<Response> | Response;

/**
 * Answers a request by the handler, with the status and the media type that it gives. Rejects with
 * UNSUPPORTED_MEDIA_TYPE for a body in another coding than JSON's own, with NOT_ACCEPTABLE where the client takes none of
 * JSON's media types, and with what the handler failed with, which no client has seen then.
 */
export async function answerGraphql(
  handle: GraphqlHandler,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  refuseUnreadableBody(request, response);
  // Media types are the same in any case (RFC 9110, section 8.3.1), which the handler does not know.
  if (mediaTypeOf(request) === JSON_TYPE) request.headers['content-type'] = JSON_TYPE;
  // A stream of events or of parts would be an answer of another kind, without the length that bounds a slow reader.
  request.headers.accept = acceptedOf(request);
  // The handler makes an absolute URL of these. They decide nothing, and are not the client's.
  request.headers.host = 'localhost';
  request.url = url.pathname + url.search;
  const answer = await handle(request, response);
  const body = await answer.text();
  if (response.headersSent || response.destroyed) return;
  answer.headers.forEach((value, name) => {
    response.setHeader(name, value);
  });
  await sendCompressed(response, answer.status, answer.headers.get('content-type') ?? JSON_TYPE, body);
}

function acceptedOf(request: IncomingMessage): string {
  const accepted = new Negotiator(request).mediaType(MEDIA_TYPES);
  if (accepted !== undefined) return accepted;
  throw new FederationError('NOT_ACCEPTABLE', 'An answer is JSON, which this request does not accept.', {
    hint: `Send \`Accept: ${MEDIA_TYPES.join(', ')}\`, or none.`,
  });
}
