// What a registry that is read by its own API is asked with: credential, token realms, certificates, hosts of storage,
// how many requests it gets, and the webhook by which it says that something has changed.
import { z } from 'zod';
import { secretSchema } from './secret.ts';
import { pathSchema } from './text.ts';
import { webhookSchema } from './webhook.ts';
import { whole } from './whole.ts';

/** A host as registries and URLs have it: `auth.docker.io`, `storage.esrf.eu:9000`, `[2001:db8::1]:5000`. */
const hostSchema = z
  .string()
  .max(261)
  .refine(isHost, { error: 'expected host or host:port without a scheme, such as auth.docker.io' })
  .transform((text) => text.toLowerCase());

const credentialSchema = z
  .strictObject({
    token: secretSchema
      .optional()
      .describe('Sent as a bearer token to this registry’s host only: {env: NAME} or {file: PATH}'),
    username: z
      .string()
      .min(1)
      .max(256)
      .regex(/^[^:\p{Cc}]+$/u, 'expected a name without colons and control characters')
      .optional()
      .describe('The user, or the robot account; with password'),
    password: secretSchema
      .optional()
      .describe('The user’s password or access token: {env: NAME} or {file: PATH}'),
    dockerConfig: pathSchema
      .optional()
      .describe(
        'Path of a Docker configuration (config.json) that has the registry’s credential, or names its helper',
      ),
  })
  .refine(isOneWay, { error: 'expected one of token, username with password, and dockerConfig' });

const budgetSchema = z.strictObject({
  requests: z.number().int().min(1).max(1_000_000_000).describe('Requests in any window'),
  window: whole(1, 604_800, 21_600, 'Seconds of the window; 6 hours as Docker Hub counts'),
});

const requestsSchema = z.strictObject({
  atOnce: whole(1, 64, 4, 'Requests to one host at a time'),
  budget: budgetSchema
    .optional()
    .describe(
      'Requests in a time, at most, and none that a caller’s maxAge asks for; default: as many as it answers',
    ),
  referrers: whole(
    3_600,
    2_592_000,
    86_400,
    'Seconds after which it is asked again for what refers to an image, such as signatures',
  ),
});

/** What holds where `requests` is not said. */
export const DEFAULT_REQUESTS = Object.freeze(requestsSchema.parse({}));

/**
 * The keys of an entry of `registries` of federation.yaml whose kind reads a registry's own API;
 * docs/configuration.md lists the keys and defaults.
 */
export const registryAccessShape = {
  credential: credentialSchema
    .optional()
    .describe(
      'What the registry knows the gateway by; default: it is asked without a credential; not for kinds graphql and file',
    ),
  realms: z
    .array(hostSchema)
    .max(16)
    .prefault([])
    .describe(
      'Hosts beside the registry’s own that give its tokens, and so are sent its credential: auth.docker.io; not for kinds graphql and file',
    ),
  ca: pathSchema
    .optional()
    .describe(
      'Path of certificates (PEM) that the registry, its realms and its storage may have, beside public ones; not for kinds graphql and file',
    ),
  storage: z
    .array(hostSchema)
    .max(16)
    .prefault([])
    .describe(
      'Hosts that the registry redirects to for its bytes, and that may have private addresses; not for kinds graphql and file',
    ),
  requests: requestsSchema
    .optional()
    .describe('How many requests the registry gets; not for kinds graphql and file'),
  webhook: webhookSchema
    .optional()
    .describe(
      'Takes the registry’s notifications at /webhooks/<facility>/<key>; default: they are refused; not for kinds graphql and file',
    ),
} as const;

/** {@link registryAccessShape} as a schema of its own. */
export const registryAccessSchema = z.strictObject(registryAccessShape);

export type RegistryAccess = z.infer<typeof registryAccessSchema>;
export type RegistryCredential = z.infer<typeof credentialSchema>;

interface Ways {
  readonly token?: unknown;
  readonly username?: unknown;
  readonly password?: unknown;
  readonly dockerConfig?: unknown;
}

function isOneWay({ token, username, password, dockerConfig }: Ways): boolean {
  if ((username === undefined) !== (password === undefined)) return false;
  return [token, username, dockerConfig].filter((way) => way !== undefined).length === 1;
}

function isHost(text: string): boolean {
  if (!/^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/.test(text)) return false;
  return URL.canParse(`https://${text}`);
}
