// `limits`, `cache`, `policies` and `telemetry`: the bounds of one request and of the whole process.
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { decisionLogSchema } from './decision-log.ts';
import { secretSchema } from './secret.ts';
import { listenSchema, pathSchema } from './text.ts';
import { whole } from './whole.ts';

/** `limits` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const limitsSchema = z
  .strictObject({
    tokens: whole(100, 100_000, 4_000, 'Tokens of a GraphQL document'),
    depth: whole(2, 64, 16, 'Levels of selection; the introspection of tools takes 15'),
    aliases: whole(0, 1_000, 30, 'Aliases of a GraphQL document'),
    directives: whole(0, 1_000, 50, 'Directives of a GraphQL document'),
    cost: whole(1, 1_000_000, 5_000, 'Sum over list fields of the product of `first` along each path'),
    pageSize: whole(1, 100, 100, 'The largest `first`'),
    choiceValues: whole(1, 1_000, 100, 'Values of one choice'),
    search: whole(1, 4_096, 256, 'Characters of a search'),
    answerBytes: whole(1_048_576, 1_073_741_824, 16_777_216, 'Bytes of what one answer says about images'),
    bodyBytes: whole(1_024, 16_777_216, 131_072, 'Bytes of a request’s body'),
    tokenBytes: whole(512, 65_536, 16_384, 'Bytes of an Authorization header'),
    requestTimeout: whole(100, 600_000, 15_000, 'Milliseconds for one request'),
    connections: whole(1, 65_536, 2_048, 'Connections at a time; one more is closed at once'),
    writeTimeout: whole(
      100,
      600_000,
      10_000,
      'Milliseconds for which a client may read nothing of its answer',
    ),
    waitingBytes: whole(
      1_048_576,
      8_589_934_592,
      134_217_728,
      'Bytes of answers that clients have not read yet; beyond them the connection that has waited longest is closed',
    ),
    deadline: whole(100, 600_000, 10_000, 'Milliseconds for one refresh of one registry'),
    upstreamBytes: whole(1_024, 1_073_741_824, 67_108_864, 'Bytes of one refresh, decompressed'),
    records: whole(1, 1_000_000, 100_000, 'Records of one registry'),
    pages: whole(
      1,
      1_000_000,
      20_000,
      'Pages of one crawl; a registry of kind oci has at least one for each repository',
    ),
    oci: z
      .strictObject({
        repositories: whole(1, 100_000, 10_000, 'Repositories of one registry that are crawled'),
        tags: whole(1, 100_000, 20_000, 'Tags of one repository'),
        manifests: whole(1, 256, 64, 'Manifests of one image'),
        documentBytes: whole(
          65_536,
          67_108_864,
          4_194_304,
          'Bytes of one manifest, index or configuration of an image',
        ),
        storedBytes: whole(
          16_777_216,
          1_099_511_627_776,
          1_073_741_824,
          'Bytes of the store that one registry may fill with documents, and a quarter of it with what refers to images and what was verified of them; beyond them what was used longest ago is removed',
        ),
      })
      .prefault({})
      .describe('What a registry of kind oci may have'),
    dataLookups: whole(
      1,
      1_000_000,
      30,
      'Data sets that one caller may look up by PID in a minute; all callers who are not signed in are one',
    ),
    policyDeadline: whole(10, 60_000, 1_000, 'Milliseconds for one batch of evaluations'),
    policyDataBytes: whole(
      0,
      1_099_511_627_776,
      2_147_483_648,
      'Bytes of memory for the data of all policies, in all workers; a policy whose data do not fit is refused',
    ),
    minAge: z
      .strictObject({
        anonymous: whole(0, 86_400, 60, 'For callers who are not signed in'),
        authenticated: whole(0, 86_400, 10, 'For callers who are'),
        admin: whole(0, 86_400, 0, 'For callers with the role admin'),
      })
      .prefault({})
      .describe('The least maxAge that a caller may ask for, in seconds'),
  })
  .prefault({})
  .describe('What one request may cost, and what one registry may send');

/** `cache` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const cacheSchema = z
  .strictObject({
    ttl: whole(1, 86_400, 300, 'Seconds for which a snapshot is fresh'),
    staleIfError: whole(0, 604_800, 86_400, 'Seconds for which it is used while its registry fails'),
    fullCrawl: whole(60, 604_800, 86_400, 'Seconds after which a crawl is made whatever the generation says'),
    extension: whole(
      0,
      3_600,
      10,
      'Seconds for which answers about a registry’s own fields (Image.<id>) are cached and shared; 0: only while they are being fetched',
    ),
    decisionBytes: whole(1_048_576, 8_589_934_592, 134_217_728, 'Bytes of cached policy decisions'),
    verdictBytes: whole(1_048_576, 8_589_934_592, 134_217_728, 'Bytes of cached bitsets'),
  })
  .prefault({})
  .describe('What is cached, and for how long');

/** The bundle that is installed with panfed, as an absolute path, so that it does not depend on baseDirectory. */
const packaged = (owner: string) =>
  fileURLToPath(new URL(`../../policies/bundle/${owner}.tar.gz`, import.meta.url));

/** `policies` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const policiesSchema = z
  .strictObject({
    federation: pathSchema
      .optional()
      .transform((path) => path ?? packaged('federation'))
      .describe('Path of the bundle of the federation’s rules; default: the one that comes with panfed'),
    preference: pathSchema
      .optional()
      .transform((path) => path ?? packaged('preference'))
      .describe('Path of the bundle of the user’s choices; default: the one that comes with panfed'),
    watch: whole(
      0,
      3_600,
      2,
      'Seconds between two checks of the files of all policy bundles, so that a new one comes into force without a restart; 0: never',
    ),
    builder: z
      .enum(['beside', 'separate'])
      .default('beside')
      .describe(
        'What builds the policies that labs ship as signed source. beside: the gateway, which then needs OPA. separate: another process, `panfed policy build --watch`, with the same federation.yaml and state',
      ),
    state: pathSchema
      .optional()
      .describe(
        'Folder for the state of policies that labs ship as signed source; default: $XDG_STATE_HOME/panfed/policies or ~/.local/state/panfed/policies',
      ),
  })
  .prefault({})
  .describe('The federation’s own policy bundles; a facility’s is at facilities[].policy');

/** Metrics count hidden records too, so that nobody may read them until the configuration allows it. */
const metricsSchema = z
  .strictObject({
    token: secretSchema
      .optional()
      .describe(
        'Token that lets a client read /metrics, sent as `Authorization: Bearer …`: {env: NAME} or {file: PATH}',
      ),
    listen: listenSchema
      .optional()
      .describe(
        'An address of its own for /metrics, such as 127.0.0.1:9464, which no proxy leads to; needs no token unless one is set',
      ),
  })
  .refine(({ token, listen }) => token !== undefined || listen !== undefined, {
    error: 'needs a token, an address to listen on, or both',
  })
  .describe('Access to /metrics, which is closed unless one of these is set');

/** `telemetry` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const telemetrySchema = z
  .strictObject({
    logLevel: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
      .default('info')
      .describe('The lowest level that is logged'),
    accessLog: z
      .boolean()
      .default(false)
      .describe(
        'Whether each request is logged: method, route, status, duration, bytes and whether its caller has signed in',
      ),
    metrics: metricsSchema.optional(),
    decisionLog: decisionLogSchema.optional(),
  })
  .prefault({})
  .describe('Logs and metrics for the operator');

export type Limits = z.infer<typeof limitsSchema>;
export type CacheConfig = z.infer<typeof cacheSchema>;
