// `webhook` of a registry: what its notifications bring, so that nobody else can have it asked.
import { z } from 'zod';
import { FederationError } from '../model/errors.ts';
import { secretSchema } from './secret.ts';

/** `registries[].webhook` of federation.yaml; docs/configuration.md lists the keys. */
export const webhookSchema = z.strictObject({
  secret: secretSchema.describe(
    'What its notifications bring, in a header or at the end of their path: {env: NAME} or {file: PATH}; 32 to 256 letters, digits and any of - . _ ~',
  ),
});

/**
 * The secret of a webhook, if it can be one: 32 to 256 unreserved characters of a URL (RFC 3986, section 2.3), since some
 * registries can bring it in the path alone; fewer could be guessed. Throws CONFIG_INVALID for any other; `name` says which
 * secret it is.
 */
export function requireWebhookSecret(secret: string, name: string): string {
  if (/^[A-Za-z0-9\-._~]{32,256}$/.test(secret)) return secret;
  throw new FederationError('CONFIG_INVALID', `${name} is not 32 to 256 letters, digits and any of - . _ ~`, {
    hint: 'Make one with: openssl rand -hex 32',
  });
}
