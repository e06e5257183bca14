// Docker Hub's API, as far as it is read: repositories of a namespace, and tags with their digests, in pages.
// https://docs.docker.com/reference/api/hub/latest/
import {
  jsonAnswer,
  numberOf,
  type RegistryAnswer,
  type RegistryApi,
  type RegistryQuestion,
} from './answer.ts';
import type { HeldImage, RegistryContent } from './content.ts';

/** Items of a page: unless the client asks for another number, and at most. */
const PAGE = 10;
const LARGEST_PAGE = 100;

/**
 * Answers of Docker Hub's API for the content: repositories of a namespace and tags of a repository, in pages
 * of 10 unless asked for up to 100, with sizes in bytes. What is not there, and a page behind the last, is
 * 404; any other path null. Never throws.
 */
export function dockerHubApi(content: RegistryContent): RegistryApi {
  return (question) => {
    const [, namespace = '', repository] =
      /^\/v2\/namespaces\/([^/]+)\/repositories(?:\/([^/]+)\/tags)?$/.exec(question.path) ?? [];
    if (namespace === '') return null;
    if (repository !== undefined) {
      const held = content.get(`${namespace}/${repository}`);
      return held === undefined ? notFound() : pageOf(held.images.flatMap(tagsOf), question);
    }
    const names = [...content.keys()].filter((name) => name.startsWith(`${namespace}/`));
    if (names.length === 0) return notFound();
    return pageOf(
      names.map((name) => ({
        name: name.slice(namespace.length + 1),
        namespace,
        repository_type: 'image',
        is_private: false,
      })),
      question,
    );
  };
}

const tagsOf = ({ root, platforms, tags, size }: HeldImage) =>
  tags.map((name) => ({
    name,
    digest: root.digest,
    media_type: root.mediaType,
    full_size: size,
    images: platforms.map(({ platform, manifest }) => ({ ...platform, digest: manifest.digest, size })),
  }));

/** `next` and `previous` are absolute addresses. */
function pageOf(items: readonly unknown[], { path, query, origin }: RegistryQuestion): RegistryAnswer {
  const size = Math.min(numberOf(query, 'page_size', PAGE), LARGEST_PAGE);
  const page = numberOf(query, 'page', 1);
  const start = (page - 1) * size;
  if (start > 0 && start >= items.length) return notFound();
  const at = (number: number): string => `${origin}${path}?page=${number}&page_size=${size}`;
  return jsonAnswer({
    count: items.length,
    next: start + size < items.length ? at(page + 1) : null,
    previous: page > 1 ? at(page - 1) : null,
    results: items.slice(start, start + size),
  });
}

const notFound = (): RegistryAnswer => jsonAnswer({ message: 'object not found', errinfo: {} }, {}, 404);
