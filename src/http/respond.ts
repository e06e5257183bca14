// Answers of the server's own: JSON or text, with the headers that every answer has.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ERRORS, FederationError, isAnswered } from '../model/errors.ts';

/** On every answer: nothing is kept by anybody between, and nothing is guessed by a browser. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  vary: 'Authorization, Origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // A portal reads answers by CORS, which this does not concern; no page has to embed one unread.
  'cross-origin-resource-policy': 'same-origin',
};

export function setCommonHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(COMMON_HEADERS)) response.setHeader(name, value);
}

export function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.statusCode = status;
  response.setHeader('content-type', type);
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body));
}

/** An error as GraphQL over HTTP writes it, with its status by the table of codes; what is not exposed is masked. */
export function sendError(response: ServerResponse, error: FederationError): void {
  const { code, hint, at, extensions } = error;
  const exposed = isAnswered(code)
    ? { message: error.message, extensions: { ...extensions, code, hint, at } }
    : { message: 'Unexpected error.', extensions: { code } };
  sendJson(response, ERRORS[code].http === 200 ? 400 : ERRORS[code].http, { errors: [exposed] });
}

/** Refuses every method but these; true if it did. */
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
