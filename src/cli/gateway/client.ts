// The command line's client of a gateway: GraphQL requests, with tokens that are sent to that address and nowhere else.
import { X509Certificate } from 'node:crypto';
import { readBounded } from '../../config/bounded-file.ts';
import { isBearerToken } from '../../config/secrets.ts';
import { isSecureUrl, parseUrl } from '../../config/url.ts';
import type { TypedText } from '../../graphql/document.ts';
import { ERRORS, type ErrorCode, FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import { isObject } from '../../model/json-object.ts';
import { withFlags } from './flag-words.ts';
import type { Reply } from './post.ts';

/** Where a gateway listens unless it is configured otherwise. */
export const DEFAULT_URL = 'http://127.0.0.1:4000';

/** The options as written on the command line. */
export interface GatewayOptions {
  readonly url?: string;
  readonly tokenFile?: string;
  /** A file of the token that is passed on to a data catalog. */
  readonly catalogTokenFile?: string;
  readonly insecure?: boolean;
  /** Path of certificates (PEM) to trust in place of those of Node. */
  readonly ca?: string;
}

export interface Answer<T> {
  readonly data: T;
  /** GraphQL errors beside the data. */
  readonly failures: readonly FederationError[];
}

export interface Gateway {
  /** Address of its page; ends with a slash. */
  readonly page: URL;
  /** Rejects with GATEWAY_UNREACHABLE, or with the code that the gateway answered. */
  ask<T, Variables>(document: TypedText<T, Variables>, variables: Variables): Promise<Answer<T>>;
}

/**
 * A client of the gateway at `--url` or PANFED_URL (by default {@link DEFAULT_URL}), with the token of
 * `--token-file` or PANFED_TOKEN if there is one (RFC 6750), and that of `--catalog-token-file` or PANFED_CATALOG_TOKEN, which the
 * gateway passes on to a data catalog. It reads answers of at most 32 MiB, and waits a
 * minute for their head and for each part. Sends nothing yet. Rejects with USAGE for an address, a token or
 * certificates that are not valid, or in a file of more than 4 MiB, and for a token over plain http to
 * another host without `--insecure`. Its `ask` rejects with GATEWAY_UNREACHABLE, or with the code that the
 * gateway answered (INTERNAL for one that is not known here).
 */
export async function connectGateway(options: GatewayOptions, env: NodeJS.ProcessEnv): Promise<Gateway> {
  const endpoint = endpointOf(options.url ?? (env.PANFED_URL || DEFAULT_URL));
  const token = await tokenOf('--token-file', options.tokenFile, 'PANFED_TOKEN', env);
  const catalogToken = await tokenOf(
    '--catalog-token-file',
    options.catalogTokenFile,
    'PANFED_CATALOG_TOKEN',
    env,
  );
  if ((token ?? catalogToken) !== null && !isSecureUrl(endpoint.href) && !options.insecure) {
    throw new FederationError(
      'USAGE',
      'a token would be readable on its way: the gateway is asked over plain http',
      {
        at: endpoint.href,
        hint: 'Use https, or --insecure where you trust every machine on the way.',
      },
    );
  }
  const ca = options.ca === undefined ? null : await certificatesOf(options.ca);
  return {
    page: new URL('./', endpoint),
    async ask<T, Variables>(document: TypedText<T, Variables>, variables: Variables) {
      const body = JSON.stringify({ query: document, variables });
      // Imported here: a command that asks nothing, as for help or a completion, would take twice as long to start.
      const { post } = await import('./post.ts');
      return readAnswer<T>(await post({ endpoint, token, catalogToken, ca, body }), endpoint);
    },
  };
}

interface GraphQLAnswer {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFailure[];
}

interface GraphQLFailure {
  readonly message?: unknown;
  readonly path?: unknown;
  readonly extensions?: {
    readonly code?: unknown;
    readonly hint?: unknown;
    readonly suggestions?: unknown;
    readonly unknown?: unknown;
    readonly ambiguous?: unknown;
  };
}

function readAnswer<T>(reply: Reply, endpoint: URL): Answer<T> {
  const answer = parse(reply.text);
  if (answer === null) {
    throw new FederationError(
      'GATEWAY_UNREACHABLE',
      `the server at this address is not a gateway (HTTP ${reply.status})`,
      {
        at: endpoint.href,
        hint: 'Name the address of the gateway with --url or PANFED_URL.',
      },
    );
  }
  const [first] = answer.errors ?? [];
  if (first !== undefined && !isObject(answer.data)) throw gatewayError(first);
  if (!isObject(answer.data)) {
    throw new FederationError(
      'GATEWAY_UNREACHABLE',
      `the gateway answered without data (HTTP ${reply.status})`,
      {
        at: endpoint.href,
      },
    );
  }
  return { data: answer.data as T, failures: (answer.errors ?? []).map(gatewayError) };
}

function parse(text: string): GraphQLAnswer | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && ('data' in value || Array.isArray((value as GraphQLAnswer).errors))
      ? value
      : null;
  } catch {
    return null;
  }
}

/** The gateway's error by its code; one that this version does not know is unexpected. */
function gatewayError({ message, extensions }: GraphQLFailure): FederationError {
  const code = String(extensions?.code ?? 'INTERNAL');
  const known = Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'INTERNAL';
  const suggestions = Array.isArray(extensions?.suggestions) ? extensions.suggestions.map(String) : [];
  const hint =
    suggestions.length > 0
      ? `Did you mean ${suggestions.slice(0, 5).join(', ')}?`
      : typeof extensions?.hint === 'string'
        ? withFlags(extensions.hint)
        : undefined;
  return new FederationError(known, withFlags(inert(String(message ?? 'the gateway failed'))), {
    hint,
    extensions: { suggestions, unknown: extensions?.unknown, ambiguous: extensions?.ambiguous },
  });
}

function endpointOf(text: string): URL {
  const url = parseUrl(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new FederationError('USAGE', 'expected an http or https URL without credentials', {
      at: '--url',
      hint: `Such as ${DEFAULT_URL}; a token is passed by --token-file or PANFED_TOKEN.`,
    });
  }
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith('/graphql') ? path : `${path}/graphql`;
  url.search = '';
  url.hash = '';
  return url;
}

/** The token of the file that the flag names, else of the variable; null: neither is given. */
async function tokenOf(
  flag: string,
  file: string | undefined,
  variable: string,
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  if (file === undefined) return checkedToken(env[variable], variable);
  try {
    const token = checkedToken(await textOf(file), flag);
    if (token !== null) return token;
    throw new FederationError('USAGE', 'the token’s file is empty', { at: `${flag} ${file}` });
  } catch (cause) {
    if (cause instanceof FederationError) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new FederationError('USAGE', `the token’s file cannot be read (${reason})`, {
      at: `${flag} ${file}`,
    });
  }
}

/** Bytes of a file of a token or of certificates: a system’s own bundle has some hundred kilobytes. */
const LARGEST_FILE = 4_194_304;

const textOf = async (path: string): Promise<string> =>
  (await readBounded(path, LARGEST_FILE)).toString('utf8');

async function certificatesOf(path: string): Promise<string> {
  const text = await textOf(path).catch((cause: NodeJS.ErrnoException) => {
    throw new FederationError(
      'USAGE',
      `the file of certificates cannot be read (${cause.code ?? 'unreadable'})`,
      { at: `--ca ${path}` },
    );
  });
  if (holdsCertificates(text)) return text;
  throw new FederationError('USAGE', 'the file holds no certificate, or one that cannot be read', {
    at: `--ca ${path}`,
    hint: 'Name the certificate of the authority that signed the gateway’s, as PEM.',
  });
}

/** Node itself ignores certificates that it cannot read. */
function holdsCertificates(text: string): boolean {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
    return blocks.length > 0;
  } catch {
    return false;
  }
}

/** The token must be a b64token (RFC 6750): nothing else can be sent, and a line break would begin another header. */
function checkedToken(text: string | undefined, at: string): string | null {
  const token = text?.trim() ?? '';
  if (token === '') return null;
  if (isBearerToken(token)) return token;
  throw new FederationError('USAGE', 'not a bearer token', {
    at,
    hint: 'Pass the token alone, on one line.',
  });
}
