// Runs a GraphQL handler behind Node's HTTP server: negotiates the media type, and sends the answer with the common
// headers.
import type { IncomingMessage, ServerResponse } from 'node:http';
import Negotiator from 'negotiator';
import { FederationError } from '../model/errors.ts';
import { sendCompressed } from './compression.ts';
import { JSON_TYPE, mediaTypeOf, refuseUnreadableBody } from './request-body.ts';

/** The media types of an answer (GraphQL over HTTP, section 6.2); the first where a client accepts any. */
const MEDIA_TYPES = [JSON_TYPE, 'application/graphql-response+json'];

/** A GraphQL handler. It gets a request and its response, and writes nothing to the response itself. */
export type GraphqlHandler = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<Response> | Response;

/**
 * Answers a request with the status, media type and body that the handler gives (GraphQL over HTTP); sends
 * nothing if the answer was given up meanwhile. Changes the request's headers `accept`, `content-type` and
 * `host`, and its `url`, for the handler. Rejects with UNSUPPORTED_MEDIA_TYPE for a compressed body or one
 * that is not UTF-8, with NOT_ACCEPTABLE where the client accepts none of the media types, with the handler's
 * error, and as {@link sendCompressed} does; nothing has been sent then.
 */
export async function answerGraphql(
  handle: GraphqlHandler,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  refuseUnreadableBody(request, response);
  // Media types are case-insensitive (RFC 9110, section 8.3.1), which the handler ignores.
  if (mediaTypeOf(request) === JSON_TYPE) request.headers['content-type'] = JSON_TYPE;
  // A stream of events or parts would have no length, by which a slow reader is bounded.
  request.headers.accept = acceptedOf(request);
  // The handler makes an absolute URL from these. They decide nothing, and the client does not control them.
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
