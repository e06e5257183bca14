// One request of the command line to a gateway. A file of its own, since a command that asks nothing does without its HTTP
// client.
import { Agent, request } from 'undici';
import { CATALOG_TOKEN_HEADER } from '../../model/data-set.ts';
import { readBody } from '../../network/body.ts';
import { unreachable } from './failure.ts';

/** Bytes that an answer may have. */
const LARGEST = 33_554_432;

export interface Reply {
  readonly status: number;
  readonly text: string;
}

export interface Post {
  readonly endpoint: URL;
  readonly token: string | null;
  /** For a data catalog. */
  readonly catalogToken: string | null;
  /** Certificates to trust, as PEM; null: those of Node. */
  readonly ca: string | null;
  readonly body: string;
}

/**
 * The answer to one POST (GraphQL over HTTP), whatever its status, of at most 32 MiB; waits a minute for its
 * head and for each part, and follows no redirect. Rejects with GATEWAY_UNREACHABLE alone.
 */
export async function post({ endpoint, token, catalogToken, ca, body }: Post): Promise<Reply> {
  const agent = ca === null ? undefined : new Agent({ connect: { ca } });
  try {
    // undici follows no redirect by default, so that the token stays with this address.
    const reply = await request(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(catalogToken === null ? {} : { [CATALOG_TOKEN_HEADER]: `Bearer ${catalogToken}` }),
      },
      body,
      ...(agent && { dispatcher: agent }),
      headersTimeout: 60_000,
      bodyTimeout: 60_000,
    });
    const bytes = await readBody(reply.body, String(reply.headers['content-encoding'] ?? ''), LARGEST);
    return { status: reply.statusCode, text: bytes.toString('utf8') };
  } catch (cause) {
    throw unreachable(endpoint, cause, ca !== null);
  } finally {
    await agent?.close();
  }
}
