// Fetches documents by tag and by digest: the digest is always that of the bytes, and a document that the repository served
// before is not asked for again.
import { digestOf, hasDigest, isDigest } from '../../model/digest.ts';
import type { RegistryResponse } from '../../network/registry/registry-client.ts';
import type { DocumentUse } from './known-documents.ts';
import { ACCEPTED, isSchema1 } from './media-types.ts';
import type { NotYet } from './not-yet.ts';
import type { CrawledRegistry } from './registry.ts';
import { Gone, NotGiven, Unusable } from './unusable.ts';

/** Why a manifest of schema 1 is not used. */
export const SCHEMA_1 = 'its manifest is of Docker’s schema 1, which has no digest of its own: push it anew';

/** Why a blob cannot be had. */
const NO_DIGEST = 'the registry does not take the digest of a blob that it names for one (HTTP 400)';

const DIGEST_HEADER = 'docker-content-digest';

/** Documents of one repository. */
export interface Documents {
  /**
   * The digest that a tag points to, by one HEAD; by a GET where that does not say it. Only the registry's
   * word, unless the document was fetched. Rejects with {@link Gone}, with {@link Unusable} for what is not
   * given, of schema 1 or of another digest, and as {@link CrawledRegistry.ask} does.
   */
  digestOfTag(tag: string): Promise<string>;
  /**
   * Bytes that have this digest. Rejects as {@link digestOfTag} does, and with a {@link NotYet} where they are not known and
   * not to be asked for any more.
   */
  manifest(digest: string): Promise<Uint8Array>;
  /**
   * As {@link manifest}, of a blob. `size` is what its descriptor says, null: nothing; a larger one than is read is not asked
   * for. A digest that the registry takes for none (HTTP 400) is an {@link Unusable}, since a manifest may name any.
   */
  blob(digest: string, size: number | null): Promise<Uint8Array>;
}

/** How blobs are read: those of an image are configurations. */
export interface BlobReading {
  /** Bytes of one, at most. Default: `limits.oci.documentBytes`. */
  readonly maxBytes?: number;
  /** Default: EACH_CRAWL. */
  readonly use?: DocumentUse;
}

/**
 * The documents of a repository, each of at most `limits.oci.documentBytes`, blobs of `maxBytes` where
 * `blobs` says so, and asked for once at a time. Asks nobody yet; what its methods reject with is at
 * {@link Documents}.
 */
export function documentsOf(
  registry: CrawledRegistry,
  repository: string,
  blobs: BlobReading = {},
): Documents {
  const { known, limits } = registry;
  const blobBytes = blobs.maxBytes ?? limits.oci.documentBytes;
  const maxBytes = limits.oci.documentBytes;
  const underWay = new Map<string, Promise<Uint8Array>>();
  const keyOf = (digest: string) => ({
    facility: registry.facility,
    registry: registry.registry,
    repository,
    digest,
  });
  const askManifest = (reference: string, method: 'GET' | 'HEAD') =>
    registry.ask({
      method,
      path: `/v2/${repository}/manifests/${reference}`,
      scope: { repository },
      accept: ACCEPTED,
      maxBytes,
    });

  async function digestOfTag(tag: string): Promise<string> {
    const head = await askManifest(tag, 'HEAD');
    if (isGone(head)) throw new Gone();
    if (isSchema1(head.headers['content-type'] ?? '')) throw new Unusable(SCHEMA_1);
    const stated = head.status < 300 ? statedDigest(head) : null;
    if (stated !== null) return stated;
    const response = answered(await askManifest(tag, 'GET'));
    const digest = statedDigest(response) ?? digestOf(response.bytes);
    await keep(digest, checked(response, digest), 'EACH_CRAWL');
    return digest;
  }

  async function keep(digest: string, bytes: Uint8Array, use: DocumentUse): Promise<void> {
    // What cannot be kept is asked for again.
    await known.put(keyOf(digest), bytes, use).catch(() => undefined);
  }

  async function fetched(
    digest: string,
    ask: () => Promise<RegistryResponse>,
    use: DocumentUse,
  ): Promise<Uint8Array> {
    const kept = await known.get(keyOf(digest), use).catch(() => null);
    if (kept !== null) return kept;
    const bytes = checked(answered(await registry.remainder.asking(ask)), digest);
    await keep(digest, bytes, use);
    return bytes;
  }

  function once(
    digest: string,
    ask: () => Promise<RegistryResponse>,
    use: DocumentUse = 'EACH_CRAWL',
  ): Promise<Uint8Array> {
    const asked = underWay.get(digest);
    if (asked !== undefined) return asked;
    const asking = fetched(digest, ask, use).finally(() => underWay.delete(digest));
    underWay.set(digest, asking);
    return asking;
  }

  return {
    digestOfTag,
    manifest: (digest) => once(digest, () => askManifest(digest, 'GET')),
    async blob(digest, size) {
      if (size !== null && size > blobBytes) {
        throw new Unusable(`its configuration has ${size} bytes, at most ${blobBytes} are read`);
      }
      const path = `/v2/${repository}/blobs/${digest}`;
      const ask = async (): Promise<RegistryResponse> => {
        const response = await registry.ask({ path, scope: { repository }, maxBytes: blobBytes });
        if (response.status === 400) throw new Unusable(NO_DIGEST);
        return response;
      };
      return once(digest, ask, blobs.use);
    },
  };
}

const isGone = ({ status }: RegistryResponse): boolean => status === 404 || status === 410;

/** null: it states none, or one of an algorithm that OCI does not register. */
function statedDigest({ headers }: RegistryResponse): string | null {
  const digest = (headers[DIGEST_HEADER] ?? '').trim();
  return isDigest(digest) ? digest : null;
}

function answered(response: RegistryResponse): RegistryResponse {
  if (isGone(response)) throw new Gone();
  if (response.status >= 300) throw new NotGiven(`the registry does not give it (HTTP ${response.status})`);
  if (isSchema1(response.headers['content-type'] ?? '')) throw new Unusable(SCHEMA_1);
  return response;
}

/** Headers and lists are the registry's word; what counts is the hash of what it sent. */
function checked({ bytes }: RegistryResponse, digest: string): Uint8Array {
  if (hasDigest(bytes, digest)) return bytes;
  throw new NotGiven(`what the registry sends for ${digest.slice(0, 23)}… has another digest`);
}
