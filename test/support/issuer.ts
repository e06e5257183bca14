// A real OpenID Connect issuer (oidc-provider) on a loopback port: discovery, keys, and RFC 9068 access tokens by the
// client credentials grant. Its keys can be rotated, it can be shut off, and tokens can be forged with its own key.

import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTHeaderParameters, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import { startHttpServer } from './http-server.ts';

export const AUDIENCE = 'https://gateway.example';

const CLIENT = { client_id: 'person', client_secret: 'a secret of the tests alone' };
const GRANTED_SCOPE = 'images';

export interface RealIssuer {
  readonly url: string;
  /** Paths asked for since the start. */
  readonly asked: string[];
  /** The private key that signs at present. */
  key(): JWK;
  /** A token as the issuer itself makes it, with these claims besides its own. */
  token(claims?: Readonly<Record<string, unknown>>): Promise<string>;
  /** A token of any content, signed with the issuer's key unless another is given. */
  forge(
    claims: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
    key?: JWK,
  ): Promise<string>;
  /** Signs with a new key from now on, and publishes that one alone. */
  rotate(): Promise<void>;
  /** While shut off, every request is answered by 503. */
  shutOff(off: boolean): void;
  close(): Promise<void>;
}

export async function signingKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' };
}

export function publicPart(key: JWK): JWK {
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...rest } = key;
  return rest;
}

export async function startIssuer(): Promise<RealIssuer> {
  const asked: string[] = [];
  let off = false;
  let extra: Readonly<Record<string, unknown>> = {};
  let answer: ReturnType<Provider['callback']>;
  const server = await startHttpServer((request, response) => {
    asked.push(request.url ?? '');
    if (off) response.writeHead(503).end();
    else void answer(request, response);
  });
  const url = server.origin;
  let key = await signingKey('first');
  const publish = (): void => {
    answer = new Provider(
      url,
      configuration(key, () => extra),
    ).callback();
  };
  publish();

  return {
    url,
    asked,
    key: () => key,
    async token(claims = {}) {
      extra = claims;
      const response = await fetch(`${url}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          ...CLIENT,
          grant_type: 'client_credentials',
          scope: GRANTED_SCOPE,
          resource: AUDIENCE,
        }),
      });
      const { access_token: token } = (await response.json()) as { access_token?: string };
      if (token === undefined) throw new Error(`the issuer gave no token: HTTP ${response.status}`);
      return token;
    },
    async forge(claims, header = {}, signing = key) {
      const parameters: JWTHeaderParameters = {
        alg: 'RS256',
        typ: 'at+jwt',
        ...(signing.kid && { kid: signing.kid }),
        ...header,
      };
      return new SignJWT(claims)
        .setProtectedHeader(parameters)
        .sign(await importJWK(signing, parameters.alg));
    },
    async rotate() {
      key = await signingKey(`${key.kid}+`);
      publish();
    },
    shutOff(now) {
      off = now;
    },
    close: server.close,
  };
}

function configuration(
  key: JWK,
  extra: () => Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return {
    clients: [
      {
        ...CLIENT,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ['cookies of the tests'] },
    ttl: { ClientCredentials: 600 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: GRANTED_SCOPE,
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: () => extra(),
  };
}
