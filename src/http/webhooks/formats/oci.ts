// Notifications of CNCF Distribution, and so of GitLab's registry where its administrator has configured them.
import { z } from 'zod';
import { type NamesRepositories, repositories } from './format.ts';

const envelopeSchema = z.object({ events: z.array(z.unknown()) });

const eventSchema = z.object({
  action: z.enum(['push', 'delete']),
  target: z.object({ repository: z.string() }),
});

/**
 * The repositories of events that are a push or a delete (Distribution, "Work with notifications": `events[]` with
 * `action` and `target.repository`). Pulls do not count: the gateway's own requests are such.
 */
export const ociEvents: NamesRepositories = (body) => {
  const envelope = envelopeSchema.safeParse(body);
  if (!envelope.success) return null;
  const events = envelope.data.events.map((event) => eventSchema.safeParse(event));
  return repositories(events.flatMap(({ data }) => (data === undefined ? [] : [data.target.repository])));
};
