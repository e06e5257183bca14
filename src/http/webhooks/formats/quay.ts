// Notifications of Quay, of a repository.
import { z } from 'zod';
import { type NamesRepositories, repositories } from './format.ts';

const eventSchema = z.object({ repository: z.string(), docker_url: z.string() });

/** The repository of an event (Quay, "Repository notifications"): a push, a build, a vulnerability; null: it is none. */
export const quayEvent: NamesRepositories = (body) => {
  const event = eventSchema.safeParse(body);
  return event.success ? repositories([event.data.repository]) : null;
};
