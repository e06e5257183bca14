// The body of a request, before anything reads it: JSON in UTF-8 (RFC 8259, section 8.1) as it is, not compressed.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FederationError } from '../model/errors.ts';

export const JSON_TYPE = 'application/json';

/** The media type in small letters, without its parameters; null: the request has none. */
export function mediaTypeOf({ headers }: IncomingMessage): string | null {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() || null;
}

/** Codings that leave a body as it is: how it is cut into chunks, the server reads. */
const PLAIN: ReadonlySet<string> = new Set(['', 'identity', 'chunked']);

/**
 * Throws UNSUPPORTED_MEDIA_TYPE for a body that is compressed (RFC 9110, section 8.4) or whose text is not UTF-8: read as
 * if it were, it would be broken JSON or, worse, other words. The answer says by Accept-Encoding what is taken.
 */
export function refuseUnreadableBody({ headers }: IncomingMessage, response: ServerResponse): void {
  const codings = `${headers['content-encoding'] ?? ''},${headers['transfer-encoding'] ?? ''}`.split(',');
  if (!codings.every((coding) => PLAIN.has(coding.trim().toLowerCase()))) {
    response.setHeader('accept-encoding', 'identity');
    throw new FederationError('UNSUPPORTED_MEDIA_TYPE', 'A query is sent as it is, not compressed.', {
      hint: 'Leave out Content-Encoding. Answers are compressed for who sends Accept-Encoding.',
    });
  }
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  if (!/^(?:utf-?8|us-ascii)$/i.test(charset)) {
    throw new FederationError(
      'UNSUPPORTED_MEDIA_TYPE',
      'A query is JSON in UTF-8, and in no other charset.',
      {
        hint: 'Encode it in UTF-8.',
      },
    );
  }
}
