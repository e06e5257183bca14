// A secret in federation.yaml: only named there, never written there.
import { z } from 'zod';
import { pathSchema } from './text.ts';

const referenceSchema = (file: string) =>
  z.union(
    [
      z.strictObject({
        env: z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable')
          .describe('Name of an environment variable'),
      }),
      z.strictObject({ file: pathSchema.describe(file) }),
    ],
    { error: 'must be {env: NAME} or {file: PATH}' },
  );

/** `{env: NAME}` or `{file: PATH}`; a relative path starts at federation.yaml's folder. */
export const secretSchema = referenceSchema('Path of a file whose first line is the secret').describe(
  'A secret: {env: NAME} or {file: PATH}, never the secret itself',
);

/** As {@link secretSchema}, where the whole value or file is meant: a key is of more than one line. */
export const wholeSecretSchema = referenceSchema('Path of a file that is the key, all of it');

export type SecretReference = z.infer<typeof secretSchema>;
