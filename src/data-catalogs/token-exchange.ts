// Exchanges a caller's token for one of a data catalog (OAuth 2.0 Token Exchange, RFC 8693). It goes to the token endpoint that
// federation.yaml names alone, and what it is exchanged for is kept nowhere.
import { z } from 'zod';
import type { TokenExchangeConfig } from '../config/data-catalog.ts';
import type { SecretReference } from '../config/secret.ts';
import { isBearerToken } from '../config/secrets.ts';
import { FederationError } from '../model/errors.ts';
import { parseJson } from '../network/body.ts';
import { Credential } from '../network/credential.ts';
import type { HttpClient } from '../network/http-client.ts';
import { upstreamText } from '../network/upstream-text.ts';
import { BearerToken } from './bearer-token.ts';

/** Gives the token of the catalog for a caller's own. Rejects with SOURCE_REFUSED, and as {@link HttpClient} does. */
export type TokenExchange = (own: BearerToken, signal: AbortSignal) => Promise<BearerToken>;

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/** Bytes of the endpoint's answer, and of a token. */
const MAX_BYTES = 65_536;

/** Section 2.2.1; `token_type` is without regard to case. */
const answerSchema = z.object({
  access_token: z.string().max(MAX_BYTES).refine(isBearerToken),
  token_type: z.string().regex(/^bearer$/i),
});

/** An exchange as configured. Asks nobody yet; rejects with CONFIG_INVALID where the secret cannot be read. */
export async function createTokenExchange(
  { endpoint, audience, clientId, clientSecret }: TokenExchangeConfig,
  httpClient: Pick<HttpClient, 'bytes'>,
  secret: (reference: SecretReference) => Promise<string>,
): Promise<TokenExchange> {
  const credential = Credential.basic(
    endpoint,
    // Section 2.3.1 of RFC 6749: both are encoded as in a form.
    encodeURIComponent(clientId),
    encodeURIComponent(await secret(clientSecret)),
  );
  return async (own, signal) => {
    const form = own.in(endpoint, 'subject_token', {
      grant_type: GRANT,
      subject_token_type: ACCESS_TOKEN,
      requested_token_type: ACCESS_TOKEN,
      audience,
    });
    const { status, bytes, excerpt } = await httpClient.bytes({
      ...{ purpose: 'dataCatalog', url: endpoint, form, credential, signal, maxBytes: MAX_BYTES },
      ...{ headers: { accept: 'application/json' }, statuses: [400, 401, 403] },
    });
    if (status > 299) {
      throw new FederationError(
        'SOURCE_REFUSED',
        'the caller’s token could not be exchanged for one of the data catalog',
        { cause: upstreamText(excerpt) },
      );
    }
    const read = answerSchema.safeParse(parseJson(bytes));
    if (read.success) return BearerToken.read(`Bearer ${read.data.access_token}`, 2 * MAX_BYTES);
    throw new FederationError('SOURCE_MALFORMED', 'the token endpoint gives no bearer token');
  };
}
