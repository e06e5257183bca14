// `federation`: the gateway itself, its address, its origins and its secret.
import { z } from 'zod';
import { secretSchema } from './secret.ts';

export const gatewaySchema = z.strictObject({
  name: z.string().min(1).max(128),
  listen: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port: z.number().int().min(0).max(65_535).default(4000).describe('0: a free one'),
    })
    .prefault({}),
  publicUrl: z.url().optional().describe('How the outside reaches it'),
  origins: z.array(z.string().min(1)).max(64).default([]).describe('CORS: origins that may read answers'),
  secret: secretSchema
    .optional()
    .describe('Key of the cursors’ MAC, 32 bytes or more; the demo alone makes its own'),
});

export type GatewayConfig = z.infer<typeof gatewaySchema>;
