// Sends the server's own answers: JSON or text, with the headers of every answer.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ERRORS, FederationError, isAnswered } from '../model/errors.ts';

/** The headers of every answer: no cache may store it, and no browser may guess its type. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  vary: 'Authorization, Origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // A portal reads answers by CORS, which this does not concern; no page has to embed one unread.
  'cross-origin-resource-policy': 'same-origin',
};

/** Sets {@link COMMON_HEADERS}, those of every answer; others can replace them. */
export function setCommonHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(COMMON_HEADERS)) response.setHeader(name, value);
}

/**
 * Ends the response with this status and a body of this media type, a text in UTF-8, and its length in bytes;
 * a HEAD gets the headers only.
 */
export function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.statusCode = status;
  response.setHeader('content-type', type);
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** Ends the response with this status and JSON (RFC 8259) in UTF-8. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body));
}

/**
 * Ends the response with an error in the form of GraphQL over HTTP (`errors`, without `data`); the table of
 * codes gives its status (400 where that has 200). The message of an INTERNAL is masked.
 */
export function sendError(response: ServerResponse, error: FederationError): void {
  const { code, hint, at, extensions } = error;
  const exposed = isAnswered(code)
    ? { message: error.message, extensions: { ...extensions, code, hint, at } }
    : { message: 'Unexpected error.', extensions: { code } };
  sendJson(response, ERRORS[code].http === 200 ? 400 : ERRORS[code].http, { errors: [exposed] });
}

/** Answers METHOD_NOT_ALLOWED with `Allow` (RFC 9110, section 15.5.6) for every other method; true where it did. */
export function refusesMethod(
  request: IncomingMessage,
  response: ServerResponse,
  allowed: readonly string[],
): boolean {
  const { method = '' } = request;
  if (allowed.includes(method)) return false;
  response.setHeader('allow', allowed.join(', '));
  sendError(
    response,
    new FederationError('METHOD_NOT_ALLOWED', `${method} is not allowed here.`, {
      hint: `Use ${allowed.join(' or ')}.`,
    }),
  );
  return true;
}
