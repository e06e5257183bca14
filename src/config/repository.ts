// `registries[].repositories[]`: what a facility says of its repositories where the registry itself cannot.
import { z } from 'zod';
import { CONDITION_KINDS } from '../model/license.ts';

export const conditionSchema = z.strictObject({
  kind: z.enum(CONDITION_KINDS),
  groups: z
    .array(z.string())
    .max(64)
    .default([])
    .describe('AARC-G069 group URNs; with any of them the condition is met'),
  facilities: z.array(z.string()).max(64).default([]).describe('Facility ids where the software may run'),
  servers: z
    .array(z.string())
    .max(64)
    .default([])
    .describe('License servers, any of which must be reachable'),
});

export const repositorySchema = z.strictObject({
  match: z
    .string()
    .min(1)
    .describe('Glob over repository names: * within a path segment, ** across segments'),
  sharing: z.enum(['open', 'conditional', 'none']).optional(),
  listed: z.boolean().optional().describe('Whether everyone may know that a conditional image exists'),
  suppliedBy: z.enum(['staff', 'user']).optional(),
  groups: z
    .array(z.string())
    .max(64)
    .optional()
    .describe('AARC-G069 group URNs; members of any of them pass'),
  conditions: z.array(conditionSchema).max(16).optional().describe('[] says: there are none'),
});

export type RepositoryRule = z.infer<typeof repositorySchema>;
