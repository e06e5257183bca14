// Caches of documents by their text, bounded by memory: a parsed document takes hundreds of times as much as its text,
// so that with a bound on the text only, a thousand small requests would fill the heap.
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Bytes per token of a parsed document: the token, its node, and what is derived from them (measured). */
const TOKEN_BYTES = 1_024;
/** Bytes of an error with its stack. */
const ERROR_BYTES = 4_096;

/** Default bound of the cache of parsed documents, in bytes. */
export const DOCUMENT_CACHE_BYTES = 67_108_864;

/** Default bound of the cache of refused documents, in bytes. */
export const ERROR_CACHE_BYTES = 16_777_216;

/**
 * A cache of parsed documents by their text, of at most `bytes` of estimated memory, by default {@link
 * DOCUMENT_CACHE_BYTES} (64 MiB); the least recently used one is dropped first.
 */
export function createDocumentCache(bytes = DOCUMENT_CACHE_BYTES): LRUCache<string, DocumentNode> {
  return new LRUCache({
    maxSize: bytes,
    sizeCalculation: (document, text) => 2 * text.length + TOKEN_BYTES * tokensOf(document),
  });
}

/**
 * A cache of the errors with which texts were refused, by text, of at most `bytes` of estimated memory, by default
 * {@link ERROR_CACHE_BYTES} (16 MiB); the least recently used one is dropped first.
 */
export function createErrorCache(bytes = ERROR_CACHE_BYTES): LRUCache<string, Error> {
  return new LRUCache({ maxSize: bytes, sizeCalculation: (_, text) => 2 * text.length + ERROR_BYTES });
}

function tokensOf({ loc }: DocumentNode): number {
  let tokens = 0;
  for (let token = loc?.startToken ?? null; token !== null; token = token.next) tokens += 1;
  return tokens;
}
