// Notifications of CNCF Distribution, and so of GitLab's registry where its administrator has configured them.
import { type NamesRepositories, repositories } from './format.ts';

/** Events of one notification that are read; Distribution sends one in each, unless it was not heard for a while. */
const MAX_EVENTS = 1_000;

/**
 * The repositories of events that are a push or a delete (Distribution, "Work with notifications": `events[]` with
 * `action` and `target.repository`), of the first 1,000. Pulls do not count: the gateway's own requests are such. null: there
 * is no list of events.
 */
export const ociEvents: NamesRepositories = (body) => {
  const events = (body as { readonly events?: unknown } | null)?.events;
  if (!Array.isArray(events)) return null;
  return repositories(events.slice(0, MAX_EVENTS).flatMap((event) => changedIn(event) ?? []));
};

/** Read by hand: a schema for each of many events takes a hundred times as long. */
function changedIn(event: unknown): string | null {
  const { action, target } = (event ?? {}) as { readonly action?: unknown; readonly target?: unknown };
  const { repository } = (target ?? {}) as { readonly repository?: unknown };
  return (action === 'push' || action === 'delete') && typeof repository === 'string' ? repository : null;
}
