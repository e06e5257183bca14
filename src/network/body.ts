// Reads a response body within bounds: bytes are counted after decompression, nesting before parsing.
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { FederationError } from '../model/errors.ts';
import { parseJsonOnce } from '../model/json.ts';
import { limitText } from '../model/size.ts';
import { upstreamText } from './upstream-text.ts';

/** Content codings (RFC 9110) that the gateway accepts, one at a time. */
export const ACCEPT_ENCODING = 'gzip, deflate, br';

const DECODERS = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;

/**
 * The body, decompressed by its content coding (RFC 9110, section 8.4): gzip, x-gzip, deflate or br; an empty
 * one is `identity`. Nothing beyond `maxBytes`, counted after decompression, is inflated: the stream is
 * destroyed at the chunk that exceeds it.
 * @throws FederationError SOURCE_TOO_LARGE beyond `maxBytes`, SOURCE_MALFORMED for another coding; or the
 * stream's own error, such as zlib's for what does not decompress.
 */
export async function readBody(body: Readable, coding: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decompressed(body, coding)) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new FederationError('SOURCE_TOO_LARGE', `the answer is larger than ${limitText(maxBytes)}`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function decompressed(body: Readable, coding: string): AsyncIterable<Buffer> {
  const name = coding.trim().toLowerCase();
  if (name === '' || name === 'identity') return body;
  if (!Object.hasOwn(DECODERS, name)) {
    throw new FederationError('SOURCE_MALFORMED', 'the answer has a content coding that was not asked for', {
      cause: upstreamText(coding),
    });
  }
  // Errors of either stream reach the one that is read; without a callback, pipeline would throw them.
  return pipeline(body, DECODERS[name as keyof typeof DECODERS](), () => {});
}

/**
 * Up to 1,024 bytes of an unexpected body as Latin-1, for the log: those that arrive within half a second;
 * empty where none do. Destroys the body. Never rejects.
 */
export async function readExcerpt(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(() => body.destroy(), 500);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= 1_024) break;
    }
  } catch {
    // The part that arrived before the stream broke is enough.
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
  return Buffer.concat(chunks).toString('latin1', 0, 1_024);
}

/**
 * Parses JSON (RFC 8259) from bytes; `what` names them in messages, by default `the answer`.
 * @throws FederationError SOURCE_MALFORMED if it is not UTF-8, not JSON, nested deeper than 64 levels or has
 * a key twice.
 */
export function parseJson(bytes: Buffer, what = 'the answer'): unknown {
  try {
    return parseJsonOnce(bytes);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const cause = error.cause === undefined ? undefined : upstreamText(String(error.cause));
    throw new FederationError('SOURCE_MALFORMED', `${what} ${error.message}`, { cause });
  }
}
