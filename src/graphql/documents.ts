// What is kept of documents by their text, weighed by what it takes in memory: a parsed document takes hundreds of times
// as much as its text, so that by the text alone a thousand small requests would fill the heap.
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Bytes for a token of a parsed document: the token itself, its node, and what is derived from them (measured). */
const TOKEN_BYTES = 1_024;
/** Bytes for what was thrown at a text, with its stack. */
const ERROR_BYTES = 4_096;

export const KEPT_DOCUMENT_BYTES = 67_108_864;
export const KEPT_ERROR_BYTES = 16_777_216;

/** Parsed documents. */
export function createDocumentCache(bytes = KEPT_DOCUMENT_BYTES): LRUCache<string, DocumentNode> {
  return new LRUCache({
    maxSize: bytes,
    sizeCalculation: (document, text) => 2 * text.length + TOKEN_BYTES * tokensOf(document),
  });
}

/** What texts were refused with. */
export function createErrorCache(bytes = KEPT_ERROR_BYTES): LRUCache<string, Error> {
  return new LRUCache({ maxSize: bytes, sizeCalculation: (_, text) => 2 * text.length + ERROR_BYTES });
}

function tokensOf({ loc }: DocumentNode): number {
  let tokens = 0;
  for (let token = loc?.startToken ?? null; token !== null; token = token.next) tokens += 1;
  return tokens;
}
