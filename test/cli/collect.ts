// An output that keeps what was written, and a gateway that answers what the test says.

import type { IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';
import type { Command } from 'commander';
import type { Output } from '../../src/cli/terminal/output.ts';
import { startHttpServer } from '../support/http-server.ts';

export interface Collected extends Output {
  readonly stdout: () => string;
  readonly stderr: () => string;
}

export function collect(columns: number | null = null, ascii = false): Collected {
  let data = '';
  let messages = '';
  return {
    data: (text) => {
      data += text;
    },
    message: (text) => {
      messages += text;
    },
    show: (text) => {
      data += text;
    },
    log: (line) => {
      messages += line;
    },
    style: (_style, text) => text,
    columns,
    ascii,
    stdout: () => data,
    stderr: () => messages,
  };
}

export interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; text is sent unchanged. */
  readonly body: unknown;
}

/** Listens on a free loopback port until the test ends. */
export async function gatewayDouble(
  test: TestContext,
  answer: (asked: Asked) => Reply,
): Promise<{ readonly url: string; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const server = await startHttpServer(async (request, response) => {
    const { query, variables } = JSON.parse(await textOf(request)) as Pick<Asked, 'query' | 'variables'>;
    const one = { path: request.url ?? '', authorization: request.headers.authorization, query, variables };
    asked.push(one);
    const { status = 200, headers = {}, body } = answer(one);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  test.after(() => server.close());
  return { url: server.origin, asked };
}

/**
 * Runs a command that asks a gateway, which answers with these data and errors; gives what it was asked, what was written,
 * and the failure.
 */
export async function runAsking(
  context: TestContext,
  commandOf: (output: Output) => Command,
  words: readonly string[],
  body: { readonly data: unknown; readonly errors?: readonly unknown[] | undefined },
) {
  const { url, asked } = await gatewayDouble(context, () => ({ body }));
  const output = collect();
  const failure = await commandOf(output)
    .parseAsync([...words, '--url', url], { from: 'user' })
    .then(
      () => null,
      (error: Error & { code?: string; hint?: string }) => error,
    );
  return { asked, output, failure, url };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
