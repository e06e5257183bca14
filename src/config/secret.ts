// A secret in federation.yaml: the file only names it.
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

/** As {@link secretSchema}, for secrets that are the whole value or file: a key has several lines. */
export const wholeSecretSchema = referenceSchema('Path of a file whose whole content is the key');

export type SecretReference = z.infer<typeof secretSchema>;
