// `federation`: the gateway itself, its address, its origins and its secret.
import { z } from 'zod';
import { secretSchema } from './secret.ts';
import { webUrlSchema } from './text.ts';
import { parseUrl } from './url.ts';

const originSchema = z.string().refine((text) => parseUrl(text)?.origin === text, {
  error: 'expected an origin such as https://portal.esrf.eu, without a path and without *',
});

/** A token of RFC 9110, section 5.6.2. */
const headerNameSchema = z
  .string()
  .max(64)
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, { error: 'expected the name of a header, such as x-portal-version' })
  .toLowerCase();

/** `federation` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const gatewaySchema = z
  .strictObject({
    name: z.string().min(1).max(128).describe('What people call this federation; shown on the page'),
    listen: z
      .strictObject({
        host: z
          .string()
          .min(1)
          .default('127.0.0.1')
          .describe('Address to listen on; `--host` and the environment variable HOST override it'),
        port: z
          .number()
          .int()
          .min(0)
          .max(65_535)
          .default(4000)
          .describe('Port, 0 for a free one; `--port` and the environment variable PORT override it'),
      })
      .prefault({})
      .describe('Where the gateway listens'),
    publicUrl: webUrlSchema
      .optional()
      .describe('How the outside reaches the gateway; a demo has none, and no link is made of it yet'),
    origins: z
      .array(originSchema)
      .max(64)
      .default([])
      .describe('CORS: origins whose pages may read answers, each as scheme://host[:port]'),
    corsHeaders: z
      .array(headerNameSchema)
      .max(32)
      .default([])
      .describe('CORS: headers that their pages may send, besides those of GraphQL clients and of tracing'),
    secret: secretSchema
      .optional()
      .describe(
        'Key of the cursors’ MAC, 32 bytes or more: {env: NAME} or {file: PATH}; required, except in the demo, which makes its own',
      ),
  })
  .describe('The gateway itself');
