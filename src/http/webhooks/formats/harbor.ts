// Notifications of Harbor, of a project's webhook.
import { z } from 'zod';
import { type NamesRepositories, repositories } from './format.ts';

const dataSchema = z.object({ repository: z.object({ repo_full_name: z.string() }).optional() });

/** Harbor's own format: `Default`. */
const defaultSchema = z.object({ type: z.string(), event_data: dataSchema });

/** CloudEvents 1.0 in structured mode, as Harbor has it since 2.8. */
const cloudEventSchema = z.object({
  specversion: z.string(),
  type: z.string().startsWith('harbor.'),
  data: dataSchema,
});

const PULLED: ReadonlySet<string> = new Set(['PULL_ARTIFACT', 'harbor.artifact.pulled']);

/**
 * The repository of an event that is no pull, in either of Harbor's two formats (Harbor, "Configure Webhook
 * Notifications"): a push, a deletion, a scan. Events of a whole project, such as of its quota, name none; null: it is no
 * such event.
 */
export const harborEvent: NamesRepositories = (body) => {
  const own = defaultSchema.safeParse(body);
  const cloudEvent = cloudEventSchema.safeParse(body);
  const type = own.data?.type ?? cloudEvent.data?.type;
  const data = own.data?.event_data ?? cloudEvent.data?.data;
  if (type === undefined || data === undefined) return null;
  const name = data.repository?.repo_full_name;
  return repositories(name === undefined || PULLED.has(type) ? [] : [name]);
};
