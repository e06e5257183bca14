// Compresses answers with a coding that the client accepts (RFC 9110, section 12.5.3), off the event loop.
//
// BREACH reads a secret from the length of compressed answers to requests that a foreign page makes a browser send with
// the victim's credentials. Here a browser adds no credentials: callers send a bearer token in a header, which a page
// can neither add to a request to another origin without a preflight, nor know. Cookies are never read.
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import Negotiator from 'negotiator';
import { madeOnce } from '../model/made-once.ts';
import { send } from './respond.ts';

export type Coding = 'br' | 'gzip';

/** Bytes below which compression costs more than it saves. */
const MIN_BYTES = 1_024;
/** Compressions at a time; further answers are sent uncompressed rather than wait for a thread. */
const MAX_CONCURRENT = 4;

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/**
 * The coding that the request accepts (Accept-Encoding, RFC 9110, section 12.5.3), Brotli (RFC 7932) before
 * gzip (RFC 1952), whatever their weights; null: none, so send it uncompressed.
 */
export function codingOf({ req }: ServerResponse): Coding | null {
  const accepted = new Negotiator(req).encodings(['br', 'gzip']);
  return accepted.includes('br') ? 'br' : accepted.includes('gzip') ? 'gzip' : null;
}

/**
 * The body, compressed by the coding. Brotli (RFC 7932) uses quality 4, which is as fast as gzip (RFC 1952) and gives
 * smaller results. Rejects with zlib's error.
 */
export function compressed(body: Buffer, coding: Coding): Promise<Buffer> {
  if (coding === 'gzip') return gzipped(body);
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  return brotli(body, { params: { [BROTLI_PARAM_QUALITY]: 4, [BROTLI_PARAM_SIZE_HINT]: body.byteLength } });
}

/**
 * The compressions of a body that never changes: each is made at its first request, as {@link compressed} does by
 * default, and kept. One that was rejected is not: it rejects for those who wait for it, and the next request
 * tries anew.
 */
export function compressedOnce(body: Buffer, compress = compressed): (coding: Coding) => Promise<Buffer> {
  const kept = new Map<Coding, Promise<Buffer>>();
  return (coding) => madeOnce(kept, coding, () => compress(body, coding));
}

let underWay = 0;

/**
 * Sends as {@link send} does, compressed as {@link codingOf} says where it pays: from 1 KiB, and while fewer
 * than four others are compressed; the answer varies by Accept-Encoding. Sends nothing if the answer was
 * given up meanwhile. Rejects as {@link compressed} does.
 */
export async function sendCompressed(
  response: ServerResponse,
  status: number,
  type: string,
  text: string | Buffer,
): Promise<void> {
  response.setHeader('vary', 'Authorization, Origin, Accept-Encoding');
  const coding =
    Buffer.byteLength(text) < MIN_BYTES || underWay >= MAX_CONCURRENT ? null : codingOf(response);
  if (coding === null) {
    send(response, status, type, text);
    return;
  }
  underWay += 1;
  try {
    const body = await compressed(Buffer.from(text as string), coding);
    if (response.headersSent || response.destroyed) return;
    response.setHeader('content-encoding', coding);
    send(response, status, type, body);
  } finally {
    underWay -= 1;
  }
}
