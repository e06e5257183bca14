// `limits`, `cache`, `policies` and `telemetry`: what bounds the work of one request and of the whole process.
import { z } from 'zod';
import { secretSchema } from './secret.ts';

const whole = (minimum: number, maximum: number, unless: number) =>
  z.number().int().min(minimum).max(maximum).default(unless);

export const limitsSchema = z
  .strictObject({
    tokens: whole(100, 100_000, 4_000).describe('Tokens of a GraphQL document'),
    depth: whole(2, 64, 12).describe('Levels of selection'),
    aliases: whole(0, 1_000, 30),
    directives: whole(0, 1_000, 50),
    cost: whole(1, 1_000_000, 5_000).describe(
      'Sum over list fields of the product of `first` along each path',
    ),
    pageSize: whole(1, 100, 100),
    choiceValues: whole(1, 1_000, 100),
    search: whole(1, 4_096, 256).describe('Characters of a search'),
    bodyBytes: whole(1_024, 16_777_216, 131_072),
    tokenBytes: whole(512, 65_536, 16_384).describe('Bytes of an Authorization header'),
    requestTimeout: whole(100, 600_000, 15_000).describe('Milliseconds'),
    deadline: whole(100, 600_000, 10_000).describe('Milliseconds for one refresh of one registry'),
    upstreamBytes: whole(1_024, 1_073_741_824, 67_108_864).describe('Bytes of one refresh, decompressed'),
    records: whole(1, 1_000_000, 100_000).describe('Records of one registry'),
    pages: whole(1, 100_000, 2_000).describe('Pages of one crawl'),
    policyDeadline: whole(10, 60_000, 1_000).describe('Milliseconds for one batch of evaluations'),
    minAge: z
      .strictObject({
        anonymous: whole(0, 86_400, 60),
        authenticated: whole(0, 86_400, 10),
        admin: whole(0, 86_400, 0),
      })
      .prefault({})
      .describe('The least maxAge that a caller may ask for, in seconds'),
  })
  .prefault({});

export const cacheSchema = z
  .strictObject({
    ttl: whole(1, 86_400, 300).describe('Seconds for which a snapshot is fresh'),
    staleIfError: whole(0, 604_800, 86_400).describe(
      'Seconds for which it is used though its registry fails',
    ),
    fullCrawl: whole(60, 604_800, 86_400).describe(
      'Seconds after which a crawl is made whatever the generation says',
    ),
    decisionBytes: whole(1_048_576, 8_589_934_592, 134_217_728).describe('Bytes of kept policy decisions'),
    verdictBytes: whole(1_048_576, 8_589_934_592, 134_217_728).describe('Bytes of kept bitsets'),
  })
  .prefault({});

export const policiesSchema = z
  .strictObject({
    federation: z.string().min(1).default('policies/bundle/federation.tar.gz'),
    preference: z.string().min(1).default('policies/bundle/preference.tar.gz'),
  })
  .prefault({});

export const telemetrySchema = z
  .strictObject({
    logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    metricsToken: secretSchema.optional().describe('Lets other hosts than loopback read /metrics'),
  })
  .prefault({});

export type Limits = z.infer<typeof limitsSchema>;
export type CacheConfig = z.infer<typeof cacheSchema>;
export type PoliciesConfig = z.infer<typeof policiesSchema>;
export type TelemetryConfig = z.infer<typeof telemetrySchema>;
