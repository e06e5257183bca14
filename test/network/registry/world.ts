// A registry's client for tests: its credential, its hosts, names that resolve to loopback, and servers that record.

import { writeFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { z } from 'zod';
import { type RegistryAccess, registryAccessSchema } from '../../../src/config/registry-access.ts';
import type { Clock } from '../../../src/model/clock.ts';
import { createHttpClient, type HttpClientOptions } from '../../../src/network/create-http-client.ts';
import { createRegistryClient } from '../../../src/network/registry/create-registry-client.ts';
import type { RegistryClient, RegistryRequest } from '../../../src/network/registry/registry-client.ts';
import { TEST_AUTHORITY } from '../../support/certificates.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { startHttpsServer } from '../../support/https-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A request as a server saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly host: string;
  readonly authorization: string | null;
  readonly headers: IncomingMessage['headers'];
}

export interface Recorded {
  readonly origin: string;
  readonly port: number;
  readonly seen: Seen[];
}

/** A server that records what it is asked, before it answers. */
export async function recorded(
  context: TestContext,
  listener: RequestListener,
  { tls = false } = {},
): Promise<Recorded> {
  const seen: Seen[] = [];
  const start = tls ? startHttpsServer : startHttpServer;
  const server = await start((request, response) => {
    const { method = '', url = '', headers } = request;
    seen.push({
      method,
      url,
      host: headers.host ?? '',
      authorization: headers.authorization ?? null,
      headers,
    });
    listener(request, response);
  });
  context.after(() => server.close());
  return { origin: server.origin, port: Number(new URL(server.origin).port), seen };
}

export interface ClientOptions {
  readonly access?: z.input<typeof registryAccessSchema>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly clock?: Clock;
  readonly http?: HttpClientOptions;
}

/** A client of the registry at `url`, closed with the test. */
export async function clientOf(
  context: TestContext,
  url: string,
  { access = {}, secrets = {}, folder, clock, http = {} }: ClientOptions = {},
): Promise<RegistryClient> {
  const httpClient = createHttpClient({ backoff: { retries: 0 }, lookup: toLoopback, ...http });
  context.after(() => httpClient.close());
  return createRegistryClient({
    url,
    access: accessOf(access),
    httpClient,
    secret: async (reference) => ('env' in reference ? (secrets[reference.env] ?? '') : ''),
    baseDirectory: folder ?? temporaryFolder(context),
    clock,
  });
}

export const accessOf = (access: z.input<typeof registryAccessSchema>): RegistryAccess =>
  registryAccessSchema.parse(access);

/** The path of a file with the tests' own authority. */
export function authorityFile(context: TestContext): string {
  const path = join(temporaryFolder(context), 'ca.pem');
  writeFileSync(path, TEST_AUTHORITY);
  return path;
}

/** Every name is this machine. */
export const toLoopback: LookupFunction = (_hostname, { all }, callback) =>
  all === true ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);

export const request = (path: string, more: Partial<RegistryRequest> = {}): RegistryRequest => ({
  path,
  scope: null,
  maxBytes: 65_536,
  signal: AbortSignal.timeout(30_000),
  ...more,
});
