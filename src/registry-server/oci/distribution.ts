// The OCI distribution specification, as far as it is read: lists of repositories and tags in pages, manifests by tag and by
// digest, configurations. https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
import {
  errorAnswer,
  jsonAnswer,
  numberOf,
  type RegistryAnswer,
  type RegistryApi,
  type RegistryQuestion,
} from './answer.ts';
import type { HeldRepository, RegistryContent } from './content.ts';
import { descriptorOf, type OciDocument } from './documents.ts';

/** Names of a page, at most and unless the client asks for fewer, as Distribution has it. */
const PAGE = 1_000;

const INDEX = 'application/vnd.oci.image.index.v1+json';
const OF_AN_INDEX = { 'content-type': INDEX };

/** What a registry may have, and not every one has. */
export interface DistributionParts {
  /** Whether it lists its repositories (`/v2/_catalog`), which is not in the specification. */
  readonly catalog: boolean;
  /** Whether it lists what refers to an image, as 1.1 of the specification has it. */
  readonly referrers: boolean;
}

/**
 * Answers of the OCI distribution specification 1.1 for the content: its pages have 1,000 names at most, and
 * by default. An unknown name, blob or manifest is its error with 404, and any other path null. Never throws.
 */
export function distributionApi(content: RegistryContent, has: DistributionParts): RegistryApi {
  return (question) => {
    const { path } = question;
    if (path === '/v2/') return jsonAnswer({}, { 'docker-distribution-api-version': 'registry/2.0' });
    if (path === '/v2/_catalog' && has.catalog) {
      return namesPage('repositories', [...content.keys()], question, {});
    }
    const [, name = '', kind, reference = ''] =
      /^\/v2\/(.+)\/(tags|manifests|blobs|referrers)\/([^/]+)$/.exec(path) ?? [];
    if (kind === undefined) return null;
    const repository = content.get(name);
    if (repository === undefined) return errorAnswer(404, 'NAME_UNKNOWN', 'repository name not known');
    if (kind === 'tags') {
      return reference === 'list'
        ? namesPage('tags', [...repository.tags.keys()].sort(), question, { name })
        : null;
    }
    if (kind === 'referrers') return has.referrers ? referrersOf(repository, reference) : null;
    if (kind === 'blobs') return document(repository.blobs.get(reference), 'BLOB_UNKNOWN');
    const { tags, manifests } = repository;
    return document(tags.get(reference) ?? manifests.get(reference), 'MANIFEST_UNKNOWN');
  };
}

/** An image of which nothing is known has no referrers, as the specification has it. */
function referrersOf({ referrers }: HeldRepository, digest: string): RegistryAnswer {
  const manifests = (referrers.get(digest) ?? []).map(({ manifest, artifactType }) => ({
    ...descriptorOf(manifest),
    artifactType,
  }));
  return jsonAnswer({ schemaVersion: 2, mediaType: INDEX, manifests }, OF_AN_INDEX);
}

function document(found: OciDocument | undefined, code: string): RegistryAnswer {
  if (found === undefined) return errorAnswer(404, code, 'it is not here');
  const { bytes, digest, mediaType } = found;
  return {
    status: 200,
    headers: { 'content-type': mediaType, 'docker-content-digest': digest },
    body: bytes,
  };
}

/** The names behind `last`, `n` at most, with a Link to the next page. */
function namesPage(
  member: string,
  names: readonly string[],
  { path, query }: RegistryQuestion,
  more: object,
): RegistryAnswer {
  const size = Math.min(numberOf(query, 'n', PAGE), PAGE);
  const last = query.get('last');
  const rest = last === null ? names : names.filter((name) => name > last);
  const page = rest.slice(0, size);
  const next = new URLSearchParams({ last: page.at(-1) ?? '', n: String(size) });
  const link = rest.length > page.length ? { link: `<${path}?${next}>; rel="next"` } : {};
  return jsonAnswer({ ...more, [member]: page }, link);
}
