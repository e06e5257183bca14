// Notifications of GitHub, of a repository or an organization, for GitHub's container registry.
import { z } from 'zod';
import { type NamesRepositories, repositories } from './format.ts';

const packageSchema = z.object({
  name: z.string(),
  namespace: z.string().optional(),
  owner: z.object({ login: z.string() }).optional(),
});

const eventSchema = z.union([
  z.object({ registry_package: packageSchema }),
  z.object({ package: packageSchema }),
]);

/**
 * The package of an event (GitHub, "Webhook events and payloads": `registry_package`, `package`), with its owner, in small
 * letters; none where it has no owner, null where it is no such event.
 */
export const githubEvent: NamesRepositories = (body) => {
  const event = eventSchema.safeParse(body);
  if (!event.success) return null;
  const { name, namespace, owner } =
    'package' in event.data ? event.data.package : event.data.registry_package;
  const of = namespace ?? owner?.login;
  return repositories(of === undefined ? [] : [`${of}/${name}`.toLowerCase()]);
};
