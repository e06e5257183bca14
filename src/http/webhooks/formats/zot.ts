// Notifications of zot: CloudEvents 1.0 in binary mode, whose body is the data alone.
import { z } from 'zod';
import { type NamesRepositories, repositories } from './format.ts';

const dataSchema = z.object({ name: z.string(), reference: z.string(), digest: z.string() });

/** The repository of an image that was updated or deleted (zot, "Event Support for zot"); null: it is no such event. */
export const zotEvent: NamesRepositories = (body) => {
  const data = dataSchema.safeParse(body);
  return data.success ? repositories([data.data.name]) : null;
};
