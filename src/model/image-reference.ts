// References to images as people paste them, brought to the one spelling by which they are compared:
// `docker://relion:5.0`, `index.docker.io/library/relion:5.0` and `docker.io/library/relion:5.0` are one image.

import { DIGEST_PATTERN } from './digest.ts';
import { isTag, REPOSITORY } from './oci-names.ts';

/** A reference in its canonical spelling. */
export interface ImageReference {
  /** `<host>/<path>`: the host in small letters, Docker Hub as `docker.io`, its official images below `library/`. */
  readonly name: string;
  /** null: none was written. */
  readonly tag: string | null;
  /** null: none was written. With a tag beside it, the digest says which image it is. */
  readonly digest: string | null;
  /** Whether a transport or a host was written: such a text is nothing but a reference. */
  readonly isQualified: boolean;
}

/** The transports of containers-transports(5) that name an image in a registry. */
const TRANSPORT = /^(?:docker|oci):\/\//i;
/** The host of Docker Hub's references, and the hosts that are asked for it. */
const DOCKER_HUB = 'docker.io';
const DOCKER_HUB_HOSTS = new Set([DOCKER_HUB, 'index.docker.io', 'registry-1.docker.io']);

/** Characters of a reference: a host of 255, a repository of 255, a tag of 128 and a digest of 256, with what separates them. */
const MAX_LENGTH = 1_024;
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[A-Za-z0-9=_-]{32,256}$/;

/** A reference by digest alone, without characters that a shell, a scheduler or an engine gives a meaning. */
const PINNED = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._:/-]*@(?:${DIGEST_PATTERN})$`);

/** Whether the reference names one image forever, and is safe to stand in a command as it is. */
export const isPinnedReference = (reference: string): boolean => PINNED.test(reference);

/**
 * Reads a reference by the grammar of the Distribution project's `reference` package, with a transport (`docker://`,
 * `oci://`) or without, and with a digest of any algorithm that OCI's grammar allows; blanks around it do not count. null
 * where it is none, or longer than 1,024 characters.
 */
export function parseImageReference(text: string): ImageReference | null {
  if (text.length > MAX_LENGTH) return null;
  const written = text.trim();
  const [named = '', digest = null, ...more] = written.replace(TRANSPORT, '').split('@');
  if (more.length > 0 || (digest !== null && !DIGEST.test(digest))) return null;
  const [, path = '', tag = null] = /^(.*?)(?::([^/:\]]*))?$/s.exec(named) ?? [];
  if (tag !== null && !isTag(tag)) return null;
  const [first = '', ...rest] = path.split('/');
  const hasHost = rest.length > 0 && isHost(first);
  if (!REPOSITORY.test(hasHost ? rest.join('/') : path)) return null;
  const isQualified = hasHost || TRANSPORT.test(written);
  return { name: canonicalName(path), tag, digest, isQualified };
}

/**
 * `[<host>/]<path>` in its canonical spelling, `<host>/<path>`, which a part of it keeps: the name of a repository
 * begins with {@link canonicalPrefix} of where its registry is pulled from. Without a host it is Docker Hub's. Checks
 * nothing, and never throws.
 */
export function canonicalName(name: string): string {
  const at = name.indexOf('/');
  const first = at < 0 ? '' : name.slice(0, at);
  const [host, path] = isHost(first) ? [canonicalHost(first), name.slice(at + 1)] : [DOCKER_HUB, name];
  return host === DOCKER_HUB && !path.includes('/') ? `${host}/library/${path}` : `${host}/${path}`;
}

/**
 * `<host>[/<prefix>]`, from which images are pulled, as the canonical names of its repositories begin: the host in
 * small letters, Docker Hub as `docker.io`. Checks nothing, and never throws.
 */
export function canonicalPrefix(pull: string): string {
  const [host = '', ...prefix] = pull.split('/');
  return [canonicalHost(host), ...prefix].join('/');
}

/**
 * The repositories, relative to where a registry is pulled from, that a canonical name can mean there; empty where it is
 * another registry's. Docker Hub's official images have two names.
 */
export function repositoriesNamed(name: string, pull: string): readonly string[] {
  const prefix = `${canonicalPrefix(pull)}/`;
  if (!name.startsWith(prefix)) return [];
  const repository = name.slice(prefix.length);
  const isOfficial = prefix === `${DOCKER_HUB}/` && repository.startsWith('library/');
  return isOfficial ? [repository, repository.slice('library/'.length)] : [repository];
}

/**
 * As engines tell a host from the first component of a path: by a dot, a port, or the name `localhost`. Capitals alone
 * make no host, other than in the `reference` package: in small letters it would be the name of another repository.
 */
function isHost(first: string): boolean {
  const host = first.toLowerCase();
  return (host === 'localhost' || /[.:]/.test(host)) && HOST.test(host);
}

function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return DOCKER_HUB_HOSTS.has(lower) ? DOCKER_HUB : lower;
}
