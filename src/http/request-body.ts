// The body of a request: it must be JSON in UTF-8 (RFC 8259, section 8.1), not compressed, and within its bound.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FederationError } from '../model/errors.ts';
import { limitText } from '../model/size.ts';

/** The media type of JSON (RFC 8259). */
export const JSON_TYPE = 'application/json';

/** The media type (RFC 9110, section 8.3.1) in lower case, without parameters; null where the request has none. */
export function mediaTypeOf({ headers }: IncomingMessage): string | null {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() || null;
}

/** Codings that do not compress a body; Node itself reads chunks. */
const PLAIN: ReadonlySet<string> = new Set(['', 'identity', 'chunked']);

/**
 * Throws UNSUPPORTED_MEDIA_TYPE for a body that is compressed (RFC 9110, section 8.4) or not UTF-8, which would be read
 * as broken JSON or, worse, as other text. The header Accept-Encoding of the answer states what is accepted.
 */
export function refuseUnreadableBody({ headers }: IncomingMessage, response: ServerResponse): void {
  const codings = `${headers['content-encoding'] ?? ''},${headers['transfer-encoding'] ?? ''}`.split(',');
  if (!codings.every((coding) => PLAIN.has(coding.trim().toLowerCase()))) {
    response.setHeader('accept-encoding', 'identity');
    throw new FederationError('UNSUPPORTED_MEDIA_TYPE', 'A body must be sent uncompressed.', {
      hint: 'Leave out Content-Encoding. Answers are compressed for clients that send Accept-Encoding.',
    });
  }
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  if (!/^(?:utf-?8|us-ascii)$/i.test(charset)) {
    throw new FederationError(
      'UNSUPPORTED_MEDIA_TYPE',
      'A body must be JSON in UTF-8, not in another charset.',
      {
        hint: 'Encode it in UTF-8.',
      },
    );
  }
}

/**
 * The body's bytes, none for a request without one. Rejects with PAYLOAD_TOO_LARGE beyond `maxBytes`, of
 * which no more is read and after which the connection ends, and with BAD_REQUEST where the body does not
 * arrive as a whole.
 */
export async function readRequestBody(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // The connection is still needed for the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new FederationError('BAD_REQUEST', 'The body did not arrive as a whole.', { cause });
  }
  if (size <= maxBytes) return Buffer.concat(chunks, size);
  response.setHeader('connection', 'close');
  throw new FederationError('PAYLOAD_TOO_LARGE', `The body is larger than ${limitText(maxBytes)}.`);
}
