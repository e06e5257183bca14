// Which repositories a notification names, by the format that its body has: a registry of any kind may send any.
import type { NamedRepositories } from '../../catalog/notification.ts';
import { dockerHubPush } from './formats/dockerhub.ts';
import type { NamesRepositories } from './formats/format.ts';
import { githubEvent } from './formats/github.ts';
import { gitlabEvent } from './formats/gitlab.ts';
import { harborEvent } from './formats/harbor.ts';
import { ociEvents } from './formats/oci.ts';
import { quayEvent } from './formats/quay.ts';
import { zotEvent } from './formats/zot.ts';

/** No body has two of them. */
const FORMATS: readonly NamesRepositories[] = [
  ociEvents,
  harborEvent,
  dockerHubPush,
  gitlabEvent,
  quayEvent,
  githubEvent,
  zotEvent,
];

/**
 * What the body, a parsed JSON value of any form, names, which may be nothing; null: it has none of the known formats, those
 * of Distribution, Harbor, Docker Hub, GitLab, Quay, GitHub and zot. Never throws. Names are unproven, and of any number.
 */
export function namedRepositories(body: unknown): NamedRepositories | null {
  for (const names of FORMATS) {
    const named = names(body);
    if (named !== null) return named;
  }
  return null;
}
