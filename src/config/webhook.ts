// `webhook` of a registry: what its notifications bring, so that nobody else can have it asked.
import { z } from 'zod';
import { secretSchema } from './secret.ts';

/** `registries[].webhook` of federation.yaml; docs/configuration.md lists the keys. */
export const webhookSchema = z.strictObject({
  secret: secretSchema.describe(
    'What its notifications bring, in a header or at the end of their path: {env: NAME} or {file: PATH}; 32 to 256 letters, digits and any of - . _ ~',
  ),
});

/**
 * Whether the text can be the secret of a webhook: 32 to 256 unreserved characters of a URL (RFC 3986, section 2.3), since
 * some registries can bring it in the path alone; fewer could be guessed.
 */
export const isWebhookSecret = (text: string): boolean => /^[A-Za-z0-9\-._~]{32,256}$/.test(text);
