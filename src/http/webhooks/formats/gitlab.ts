// Notifications of GitLab, of a project, a group or the whole: it has none for images, but for what pushes them.
import { z } from 'zod';
import { type NamesRepositories, project, repositories } from './format.ts';

const eventSchema = z.object({
  object_kind: z.string(),
  object_attributes: z.object({ status: z.string().optional() }).optional(),
  build_status: z.string().optional(),
  project: z.object({ path_with_namespace: z.string() }).optional(),
});

/** Pipelines and their jobs, which GitLab also calls builds. */
const PUSHING: ReadonlySet<string> = new Set(['pipeline', 'build']);

/**
 * The project of a pipeline or a job that has succeeded (GitLab, "Webhook events"): any of its repositories may have a new
 * image. Other events name none; null: it is no event. GitLab's registry itself sends the notifications of Distribution where
 * its administrator says so.
 */
export const gitlabEvent: NamesRepositories = (body) => {
  const event = eventSchema.safeParse(body);
  if (!event.success) return null;
  const { object_kind, object_attributes, build_status, project: of } = event.data;
  const status = object_kind === 'pipeline' ? object_attributes?.status : build_status;
  // The paths of repositories are in small letters, whatever those of their project are.
  return PUSHING.has(object_kind) && status === 'success' && of !== undefined
    ? project(of.path_with_namespace.toLowerCase())
    : repositories([]);
};
