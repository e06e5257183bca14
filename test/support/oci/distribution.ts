// Distribution 3 on a port of loopback, with its files in a temporary folder: open to everybody, with users and
// passwords, or with tokens.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVER_CERTIFICATE, SERVER_KEY, TEST_AUTHORITY } from '../certificates.ts';
import { builtProgram, needsProgram } from '../servers/programs.ts';
import { type ServerProcess, startServer } from '../servers/start.ts';
import { ISSUER, SERVICE } from './signed-tokens.ts';
import { TOKEN_CERTIFICATE } from './token-certificate.ts';

/** Options of a suite that needs the real registry. */
export const needsDistribution = () => needsProgram('registry');

/** The only user where {@link Access} is `passwords`. */
export const READER = { username: 'reader', password: 'hunter2' } as const;

/** {@link READER} with the password in bcrypt, of few rounds. */
const HTPASSWD = `${READER.username}:$2b$05$panfedpanfedpanfedpanueENwIblMvoHvT3Y/9M1kOtZsmXfCQXq\n`;

/** Whom it serves: over TLS, or `open` over plain HTTP. */
export type Access = 'open' | 'passwords' | { readonly realm: string };

export interface Distribution {
  /** `https://127.0.0.1:<port>`, or `http:` where it is open. */
  readonly origin: string;
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** Path of the authority that its certificate is of. */
  readonly ca: string;
  /** The folder with that alone, as engines take it. */
  readonly certificates: string;
  /** The one that runs now, or ran last. */
  readonly process: ServerProcess;
  /** The requests of that process, as `GET /v2/em/relion/tags/list?n=100 200`. */
  asked(): readonly string[];
  /** Starts it again after its process has ended: the same content, at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A line of its log in the form of Apache's. */
const LOGGED = /^127\.0\.0\.1 - \S+ \[[^\]]*\] "(\S+ \S+) HTTP\/[\d.]+" (\d+)/gm;

/** Open to everybody, or over TLS with the certificate of the tests' own authority. */
export async function startDistribution(access: Access): Promise<Distribution> {
  const folder = mkdtempSync(join(tmpdir(), 'panfed-distribution-'));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const certificates = join(folder, 'certificates');
  mkdirSync(certificates);
  const ca = file('certificates/ca.crt', TEST_AUTHORITY);
  const tls = {
    tls: { certificate: file('server.crt', SERVER_CERTIFICATE), key: file('server.key', SERVER_KEY) },
  };
  const auth =
    access === 'passwords'
      ? { htpasswd: { realm: 'registry', path: file('htpasswd', HTPASSWD) } }
      : access !== 'open' && {
          token: {
            realm: access.realm,
            service: SERVICE,
            issuer: ISSUER,
            rootcertbundle: file('tokens.crt', TOKEN_CERTIFICATE),
          },
        };

  const start = (address: string): Promise<ServerProcess> => {
    const config = {
      version: 0.1,
      log: { level: 'info', formatter: 'text' },
      storage: {
        filesystem: { rootdirectory: join(folder, 'data'), maxthreads: 100 },
        delete: { enabled: true },
        maintenance: { uploadpurging: { enabled: false } },
      },
      http: { addr: address, secret: 'of the tests alone', ...(access !== 'open' && tls) },
      ...(auth && { auth }),
    };
    // JSON is YAML.
    const path = file('config.yml', JSON.stringify(config));
    const program = builtProgram('registry') ?? 'registry';
    return startServer(program, ['serve', path], /listening on (127\.0\.0\.1:\d+)/);
  };

  let running = await start('127.0.0.1:0');
  const { address } = running;
  return {
    origin: `${access === 'open' ? 'http' : 'https'}://${address}`,
    ...{ host: address, ca, certificates },
    get process() {
      return running;
    },
    asked: () => [...running.output().matchAll(LOGGED)].map(([, asked, status]) => `${asked} ${status}`),
    async restart() {
      running = await start(address);
    },
    async close() {
      await running.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
