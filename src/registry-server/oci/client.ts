// The registry of a catalog as a crawl asks it, without a network: what reads the demo's images and starts no demo.
import { FederationError } from '../../model/errors.ts';
import type { RegistryClient } from '../../network/registry/registry-client.ts';
import type { CatalogRegistry } from './registry.ts';

/** A name that nobody can own (RFC 2606): nothing is sent there. */
const ORIGIN = 'http://registry.invalid';

/**
 * A client of `sources/oci` that asks the registry in this process. An answer of status 400 or more, or to a
 * HEAD, has no bytes. Rejects with SOURCE_TOO_LARGE for an answer of more bytes than the request's
 * `maxBytes`.
 */
export const offlineClient = (registry: CatalogRegistry): RegistryClient => ({
  async ask({ method = 'GET', path, of, maxBytes }) {
    const url = new URL(path, of ?? ORIGIN);
    const { pathname, searchParams } = url;
    const { status, headers, body } = registry({ path: pathname, query: searchParams, origin: ORIGIN });
    if (body.length > maxBytes) throw new FederationError('SOURCE_TOO_LARGE', `more than ${maxBytes} bytes`);
    return { status, headers, bytes: method === 'HEAD' || status >= 400 ? Buffer.alloc(0) : body, url };
  },
});
