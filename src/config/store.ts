// `store`: where what is known of registries outlives the process.
import { z } from 'zod';
import { secretSchema } from './secret.ts';
import { pathSchema } from './text.ts';

const placeSchema = z
  .strictObject({
    sqlite: pathSchema.optional().describe('Path of the file; one gateway has it at a time'),
    postgres: secretSchema
      .optional()
      .describe('Address of a PostgreSQL database, which several gateways may share: {env: DATABASE_URL}'),
  })
  .refine(({ sqlite, postgres }) => (sqlite === undefined) !== (postgres === undefined), {
    error: 'expected either sqlite or postgres',
  });

/** `store` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const storeSchema = z
  .union([z.literal('none'), placeSchema], {
    error: 'must be none, {sqlite: PATH} or {postgres: {env: NAME}}',
  })
  .optional()
  .describe(
    'Where crawls, tag histories and documents are kept: none, {sqlite: PATH} or {postgres: {env: NAME}}; default: SQLite in store.sqlite in the state folder, and none for a demo',
  );
