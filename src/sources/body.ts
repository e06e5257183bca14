// An answer's body within bounds: bytes are counted after decompression, nesting before parsing.
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { FederationError } from '../model/errors.ts';
import { upstreamText } from './failure.ts';

/** Content codings (RFC 9110) that the gateway accepts, one at a time. */
export const ACCEPT_ENCODING = 'gzip, deflate, br';

const DECODERS = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;

/** Levels of arrays and objects, more than any of our formats has. */
const MAX_DEPTH = 64;

/**
 * The body, decompressed. What goes beyond `maxBytes` is not inflated: the stream is destroyed at that chunk.
 * @throws FederationError SOURCE_TOO_LARGE or SOURCE_MALFORMED, or the stream's own error.
 */
export async function readBody(body: Readable, coding: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decompressed(body, coding)) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new FederationError('SOURCE_TOO_LARGE', `the answer is larger than ${maxBytes} bytes`);
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
  // Errors of either stream reach the one that is read; the callback is there for pipeline not to throw them.
  return pipeline(body, DECODERS[name as keyof typeof DECODERS](), () => {});
}

/** The first characters of a body that is not wanted, for the log: whatever comes within half a second. */
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
    // what came before it broke is all there is
  } finally {
    clearTimeout(timer);
    body.destroy();
  }
  return Buffer.concat(chunks).toString('latin1', 0, 1_024);
}

/**
 * JSON (RFC 8259) from bytes; `what` names them in messages.
 * @throws FederationError SOURCE_MALFORMED if it is not UTF-8, not JSON or nested deeper than 64 levels.
 */
export function parseJson(bytes: Buffer, what = 'the answer'): unknown {
  if (tooDeep(bytes)) {
    throw new FederationError('SOURCE_MALFORMED', `${what} is nested deeper than ${MAX_DEPTH} levels`);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new FederationError('SOURCE_MALFORMED', `${what} is not JSON`, {
      cause: upstreamText(String(error)),
    });
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** One pass over the bytes: in UTF-8 no byte of a longer character equals a bracket or a quote. */
function tooDeep(bytes: Buffer): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (quoted) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1;
  }
  return false;
}
