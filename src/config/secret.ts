// A secret in federation.yaml: only named there, never written there.
import { z } from 'zod';
import { pathSchema } from './text.ts';

/** `{env: NAME}` or `{file: PATH}`; a relative path starts at federation.yaml's folder. */
export const secretSchema = z
  .union([
    z.strictObject({
      env: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable')
        .describe('Name of an environment variable'),
    }),
    z.strictObject({ file: pathSchema.describe('Path of a file whose first line is the secret') }),
  ])
  .describe('A secret: {env: NAME} or {file: PATH}, never the secret itself');

export type SecretReference = z.infer<typeof secretSchema>;
