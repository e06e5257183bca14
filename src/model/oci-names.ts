// Names of repositories and tags, by the grammars of the OCI distribution specification.
import { BOUNDS } from './bounds.ts';

/** Names of repositories, without host and tag. */
export const REPOSITORY =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/**
 * Whether it is a repository name by the OCI distribution specification, of at most `BOUNDS.repository` (255)
 * characters.
 */
export const isRepository = (name: string): boolean =>
  // The length is checked first: the pattern is meant for names, not for megabytes.
  name.length <= BOUNDS.repository && REPOSITORY.test(name);

/** Whether it is a tag by the OCI distribution specification: at most 128 characters. */
export const isTag = (tag: string): boolean => TAG.test(tag);
