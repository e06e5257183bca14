// Notifications of Docker Hub, which sends one for each push.
import { z } from 'zod';
import { type NamesRepositories, repositories } from './format.ts';

const pushSchema = z.object({
  push_data: z.object({}),
  repository: z.object({ repo_name: z.string() }),
});

/** The repository of a push (Docker Hub, "Webhooks"); null: it is none. Its `callback_url` is never asked. */
export const dockerHubPush: NamesRepositories = (body) => {
  const push = pushSchema.safeParse(body);
  return push.success ? repositories([push.data.repository.repo_name]) : null;
};
