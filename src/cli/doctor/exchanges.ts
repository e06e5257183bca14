// What was asked of an OCI registry and what it answered, as far as checks judge it.

import type { Clock } from '../../model/clock.ts';
import { hasDigest, isDigest } from '../../model/digest.ts';
import { FederationError } from '../../model/errors.ts';
import { type RateLimit, readRateLimit } from '../../network/registry/rate-limit-headers.ts';
import type { RegistryClient } from '../../network/registry/registry-client.ts';

/** What a path below `/v2/` is of. */
export type Subject = 'root' | 'repositories' | 'tags' | 'manifest' | 'blob' | 'referrers';

export interface Exchange {
  readonly method: 'GET' | 'HEAD';
  readonly subject: Subject;
  /** A tag or a digest; empty where the path ends without one. */
  readonly reference: string;
  readonly status: number;
  /** The first 255 characters of Content-Type are noted; empty: none. */
  readonly contentType: string;
  /** Docker-Content-Digest as it was sent; empty: none. */
  readonly statedDigest: string;
  /** Whether the bytes have the digest that was asked for or stated; null: there were none, or no digest. */
  readonly matches: boolean | null;
  /** null: the answer said nothing of it. */
  readonly rateLimit: RateLimit | null;
  /** Milliseconds, tokens and redirects included. */
  readonly took: number;
}

export interface ObservedClient extends RegistryClient {
  readonly exchanges: readonly Exchange[];
  /** The message of the first RATE_LIMITED; null: there was none. */
  rateLimited(): string | null;
}

/**
 * A client that notes each answer in `exchanges`, in their order, and rejects as `client` does; a request
 * that rejects is not noted. Nothing bounds how many are noted.
 */
export function observed(client: RegistryClient, clock: Clock): ObservedClient {
  const exchanges: Exchange[] = [];
  let limited: string | null = null;
  return {
    exchanges,
    rateLimited: () => limited,
    async ask(request) {
      const { method = 'GET', path } = request;
      const since = clock.monotonic();
      try {
        const response = await client.ask(request);
        const took = clock.monotonic() - since;
        const { status, headers, bytes } = response;
        const { subject, reference } = subjectOf(path);
        const statedDigest = (headers['docker-content-digest'] ?? '').trim();
        const expected = isDigest(reference) ? reference : statedDigest;
        const hasBytes = method === 'GET' && status < 300 && (subject === 'manifest' || subject === 'blob');
        exchanges.push({
          method,
          subject,
          reference,
          status,
          contentType: (headers['content-type'] ?? '').slice(0, 255),
          statedDigest,
          matches: hasBytes && isDigest(expected) ? hasDigest(bytes, expected) : null,
          rateLimit: readRateLimit(headers, clock.wall()),
          took,
        });
        return response;
      } catch (error) {
        if (error instanceof FederationError && error.code === 'RATE_LIMITED') limited ??= error.message;
        throw error;
      }
    },
  };
}

function subjectOf(path: string): { readonly subject: Subject; readonly reference: string } {
  const [plain = ''] = path.split('?', 1);
  if (plain.endsWith('/_catalog')) return { subject: 'repositories', reference: '' };
  if (plain.endsWith('/tags/list')) return { subject: 'tags', reference: '' };
  const [, kind, reference = ''] = /\/(manifests|blobs|referrers)\/([^/]+)$/.exec(plain) ?? [];
  if (kind === 'manifests') return { subject: 'manifest', reference };
  if (kind === 'blobs') return { subject: 'blob', reference };
  return { subject: kind === 'referrers' ? 'referrers' : 'root', reference };
}
