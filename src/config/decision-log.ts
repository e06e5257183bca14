// `telemetry.decisionLog`: where the decisions of the policies are logged, and what is left out.
import { z } from 'zod';
import { secretSchema } from './secret.ts';
import { pathSchema, secureUrlSchema } from './text.ts';
import { whole } from './whole.ts';

/** A JSON Pointer (RFC 6901) into the input or the result of a policy; `*` is every entry of a list. */
const pointerSchema = z
  .string()
  .max(512)
  .regex(
    /^\/(?:input|result)(?:\/(?:[^~/]|~[01])*)*$/,
    'expected a JSON Pointer that begins with /input or /result, such as /input/subject/groups',
  );

const fileSchema = z.strictObject({
  path: pathSchema.describe(
    'Path of the file that is written to; older ones are beside it, as <path>.1.gz and so on',
  ),
  bytes: whole(65_536, 1_073_741_824, 67_108_864, 'Bytes after which a new file is begun'),
  every: z
    .enum(['hour', 'day'])
    .default('day')
    .describe(
      'A new file is begun with the first entry after each hour or day, in the time zone of the process',
    ),
  keep: whole(1, 1_000, 14, 'Older files that are kept'),
});

const httpSchema = z.strictObject({
  url: secureUrlSchema.describe('Where batches are POSTed, such as https://opal.example/logs'),
  token: secretSchema.optional().describe('Sent as a bearer token: {env: NAME} or {file: PATH}'),
});

/** `telemetry.decisionLog` of federation.yaml; docs/configuration.md lists its keys and defaults. */
export const decisionLogSchema = z
  .strictObject({
    file: fileSchema.optional().describe('To a file, one line of JSON per entry'),
    http: httpSchema.optional().describe('To a service that accepts OPA’s decision logs: gzip JSON arrays'),
    erase: z
      .array(pointerSchema)
      .max(64)
      .default([])
      .describe('JSON Pointers below /input or /result of what is left out; `*` is every entry of a list'),
    replace: z
      .array(
        z.strictObject({
          path: pointerSchema.describe(
            'JSON Pointer of the value that is replaced; `*` is every entry of a list',
          ),
          value: z.string().max(1_024).describe('The value that is logged instead'),
        }),
      )
      .max(64)
      .default([])
      .describe('Values that are replaced, after `erase`'),
    interval: whole(1, 86_400, 60, 'Seconds over which the uses of verdicts are counted'),
    delay: whole(0, 60_000, 1_000, 'Milliseconds for which entries wait for others, to be written together'),
    batchBytes: whole(4_096, 16_777_216, 1_048_576, 'Bytes of entries that are written or sent at once'),
    queueBytes: whole(
      65_536,
      1_073_741_824,
      33_554_432,
      'Approximate bytes of entries that may wait; further entries are dropped and counted',
    ),
  })
  .refine(({ file, http }) => (file === undefined) !== (http === undefined), {
    error: 'expected either file or http',
  })
  .describe('A log of what the policies decide; default: none');

export type DecisionLogConfig = z.infer<typeof decisionLogSchema>;
