// A token server as Distribution trusts it: JWTs of RS256, whose certificate is in their `x5c`, one for each question.
// https://distribution.github.io/distribution/spec/auth/jwt/
import { randomUUID } from 'node:crypto';
import { importPKCS8, SignJWT } from 'jose';
import { startHttpsServer } from '../https-server.ts';
import { sendJson } from './registry-server.ts';
import { TOKEN_CERTIFICATE, TOKEN_KEY } from './token-certificate.ts';

export const SERVICE = 'registry.esrf.example';
export const ISSUER = 'tokens.esrf.example';

/** May push and pull everything. */
export const STAFF = { username: 'staff', password: 'hunter2' } as const;
/** May list repositories, and pull those below `open/`. */
export const GUEST = { username: 'guest', password: 'hunter3' } as const;

export interface SignedTokenServer {
  /** Its address, for the registry's challenge. */
  readonly realm: string;
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** `scopes by user`, for each token. */
  readonly asked: string[];
  close(): Promise<void>;
}

interface Access {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

const basic = ({ username, password }: typeof STAFF | typeof GUEST): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** Over TLS, with the certificate of the tests' own authority. */
export async function startSignedTokenServer(): Promise<SignedTokenServer> {
  const key = await importPKCS8(TOKEN_KEY, 'RS256');
  const asked: string[] = [];
  const server = await startHttpsServer(async (request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'https://x');
    const user = [STAFF, GUEST].find((one) => basic(one) === request.headers.authorization);
    if (user === undefined) {
      response.writeHead(401).end(JSON.stringify({ details: 'incorrect username or password' }));
      return;
    }
    const scopes = searchParams.getAll('scope');
    asked.push(`${scopes.join(' ')} by ${user.username}`);
    const granted = scopes.map(accessOf).filter((access) => user === STAFF || isForGuests(access));
    const token = await new SignJWT({ access: granted })
      .setProtectedHeader({
        alg: 'RS256',
        typ: 'JWT',
        x5c: [TOKEN_CERTIFICATE.replaceAll(/-----.*-----|\n/g, '')],
      })
      .setIssuer(ISSUER)
      .setSubject(user.username)
      .setAudience(SERVICE)
      .setIssuedAt()
      .setExpirationTime('5 minutes')
      .setJti(randomUUID())
      .sign(key);
    sendJson(response, { token, expires_in: 300, issued_at: new Date().toISOString() });
  });
  const host = `127.0.0.1:${server.port}`;
  return { realm: `https://${host}/token`, host, asked, close: server.close };
}

/** `repository:<name>:pull,push` */
function accessOf(scope: string): Access {
  const [type = '', name = '', actions = ''] = scope.split(':');
  return { type, name, actions: actions.split(',') };
}

const isForGuests = ({ type, name, actions }: Access): boolean =>
  type === 'registry' || (name.startsWith('open/') && actions.every((action) => action === 'pull'));
