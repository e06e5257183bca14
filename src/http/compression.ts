// Answers compressed as their reader accepts (RFC 9110, section 12.5.3), beside the event loop.
//
// BREACH reads a secret from the length of compressed answers to requests that a foreign page makes a browser send with
// the victim's credentials. Here no browser adds any: a caller is who sends a bearer token in a header, which a page can
// neither add to a request to another origin without a preflight, nor know. Cookies are never read.
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import Negotiator from 'negotiator';
import { send } from './respond.ts';

export type Coding = 'br' | 'gzip';

/** Bytes below which the codings' own cost is more than what they save. */
const SMALLEST = 1_024;
/** Compressions at a time; the answers beyond them go out as they are, rather than wait for a thread. */
const AT_ONCE = 4;

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** null: as it is. Brotli where both are accepted. */
export function codingOf({ req }: ServerResponse): Coding | null {
  const accepted = new Negotiator(req).encodings(['br', 'gzip']);
  return accepted.includes('br') ? 'br' : accepted.includes('gzip') ? 'gzip' : null;
}

/** Quality 4 is as fast as gzip, and smaller. */
export function compressed(body: Buffer, coding: Coding): Promise<Buffer> {
  if (coding === 'gzip') return gzipped(body);
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  return brotli(body, { params: { [BROTLI_PARAM_QUALITY]: 4, [BROTLI_PARAM_SIZE_HINT]: body.byteLength } });
}

let underWay = 0;

/** Sends as {@link send} does, compressed if it is worth it; an answer that was given up on meanwhile stays unsent. */
export async function sendCompressed(
  response: ServerResponse,
  status: number,
  type: string,
  text: string | Buffer,
): Promise<void> {
  response.setHeader('vary', 'Authorization, Origin, Accept-Encoding');
  const coding = Buffer.byteLength(text) < SMALLEST || underWay >= AT_ONCE ? null : codingOf(response);
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
