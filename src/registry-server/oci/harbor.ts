// Harbor's API 2.0, as far as it is read: projects, repositories and artifacts in pages.
// https://github.com/goharbor/harbor/blob/main/api/v2.0/swagger.yaml
import {
  errorAnswer,
  jsonAnswer,
  numberOf,
  type RegistryAnswer,
  type RegistryApi,
  type RegistryQuestion,
} from './answer.ts';
import type { HeldImage, RegistryContent } from './content.ts';

const API = '/api/v2.0';

/** Items of a page: unless the client asks for another number, and at most. */
const PAGE = 10;
const LARGEST_PAGE = 100;

/**
 * Answers of Harbor's API 2.0 for the content: projects, repositories and artifacts, in pages of 10 unless
 * asked for up to 100 (more is 422), with sizes in bytes. An unknown project is 401, an unknown repository an
 * empty list; any other path null. Never throws.
 */
export function harborApi(content: RegistryContent): RegistryApi {
  const names = [...content.keys()];
  const projects = [...new Set(names.map(projectOf))];
  return (question) => {
    const { path } = question;
    if (path === `${API}/projects`) {
      return pageOf(
        projects.map((name) => ({ name })),
        question,
      );
    }
    const [, project = '', repository] =
      /^\/api\/v2\.0\/projects\/([^/]+)\/repositories(?:\/([^/]+)\/artifacts)?$/.exec(path) ?? [];
    if (project === '') return null;
    if (!projects.includes(project)) return errorAnswer(401, 'UNAUTHORIZED', 'unauthorized');
    if (repository === undefined) {
      const within = names.filter((name) => projectOf(name) === project);
      return pageOf(
        within.map((name) => ({ name, artifact_count: content.get(name)?.images.length })),
        question,
      );
    }
    // Harbor's proxy decodes the path once, and its handler the name.
    const name = `${project}/${decoded(decoded(repository))}`;
    return pageOf((content.get(name)?.images ?? []).map(artifactOf), question);
  };
}

const projectOf = (name: string): string => name.split('/', 1)[0] ?? '';

/** As it is, where it is not percent-encoded UTF-8. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const artifactOf = ({ root, tags, size, referrers }: HeldImage) => ({
  type: 'IMAGE',
  digest: root.digest,
  manifest_media_type: root.mediaType,
  size,
  tags: tags.map((name) => ({ name })),
  // null, and not an empty list, where there are none.
  accessories:
    referrers.length === 0
      ? null
      : referrers.map(({ manifest }) => ({ type: 'subject.accessory', digest: manifest.digest })),
});

function pageOf(items: readonly unknown[], { path, query }: RegistryQuestion): RegistryAnswer {
  const size = numberOf(query, 'page_size', PAGE);
  if (size > LARGEST_PAGE) return errorAnswer(422, 'UNPROCESSABLE_ENTITY', 'page_size is at most 100');
  const page = numberOf(query, 'page', 1);
  const at = (number: number): string => {
    const asked = new URLSearchParams(query);
    asked.set('page', String(number));
    return `<${path}?${asked}>`;
  };
  const links = [
    ...(page > 1 ? [`${at(page - 1)}; rel="prev"`] : []),
    ...(page * size < items.length ? [`${at(page + 1)}; rel="next"`] : []),
  ];
  return jsonAnswer(items.slice((page - 1) * size, page * size), {
    'x-total-count': String(items.length),
    ...(links.length > 0 && { link: links.join(' , ') }),
  });
}
