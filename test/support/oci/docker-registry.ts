// Debian's docker-registry (Distribution 2.8) on a free port of loopback, with its files in a temporary folder; and pushing
// to any registry that speaks the OCI distribution specification.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { needs, onPath } from '../real.ts';
import type { TestDocument, TestImage } from './images.ts';

const PROGRAM = onPath('docker-registry');

/** Options of a suite that needs the real registry. */
export const needsDockerRegistry = needs('docker-registry (Debian: docker-registry)', PROGRAM);

export interface DockerRegistry {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** Ends it and removes its files; may be called again. */
  close(): Promise<void>;
}

export interface DockerRegistryOptions {
  /** By default a free one. */
  readonly port?: number;
  /** Where its notifications go, and what they bring; none by default. */
  readonly notifications?: { readonly url: string; readonly authorization: string };
}

export async function startDockerRegistry({
  port: given,
  notifications,
}: DockerRegistryOptions = {}): Promise<DockerRegistry> {
  if (PROGRAM === null) throw new Error('docker-registry was not found');
  const folder = mkdtempSync(join(tmpdir(), 'panfed-registry-'));
  const port = given ?? (await freePort());
  const config = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: join(folder, 'data'), maxthreads: 100 },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false } },
    },
    http: { addr: `127.0.0.1:${port}` },
    ...(notifications && {
      notifications: {
        endpoints: [
          {
            name: 'panfed',
            url: notifications.url,
            headers: { Authorization: [notifications.authorization] },
            ...{ timeout: '2s', threshold: 5, backoff: '1s' },
          },
        ],
      },
    }),
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  const server = spawn(PROGRAM, ['serve', join(folder, 'config.yml')], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH, OTEL_TRACES_EXPORTER: 'none' },
  });
  const origin = `http://127.0.0.1:${port}`;
  for (let attempt = 0; !(await answers(origin)); attempt += 1) {
    if (attempt > 300 || server.exitCode !== null) throw new Error('docker-registry did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    origin,
    async close() {
      // What a signal ended has no exit code, and exits no second time.
      if (server.exitCode === null && server.signalCode === null) {
        const exited = once(server, 'exit');
        server.kill('SIGKILL');
        await exited;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const answers = (origin: string): Promise<boolean> =>
  request(`${origin}/v2/`).then(
    async ({ body, statusCode }) => {
      await body.dump();
      return statusCode === 200;
    },
    () => false,
  );

/** Pushes an image with all that it needs, under each of the tags. */
export async function push(
  origin: string,
  repository: string,
  tags: readonly string[],
  image: TestImage,
): Promise<void> {
  for (const blob of image.blobs) await pushBlob(origin, repository, blob);
  for (const manifest of image.manifests) await putManifest(origin, repository, manifest.digest, manifest);
  for (const tag of tags) await putManifest(origin, repository, tag, image);
}

async function pushBlob(origin: string, repository: string, { bytes, digest }: TestDocument): Promise<void> {
  const started = await sent(`${origin}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  const upload = new URL(String(started.headers.location), origin);
  upload.searchParams.set('digest', digest);
  await sent(upload.href, {
    method: 'PUT',
    body: bytes,
    headers: { 'content-type': 'application/octet-stream' },
  });
}

async function putManifest(
  origin: string,
  repository: string,
  reference: string,
  { bytes, mediaType }: TestDocument,
): Promise<void> {
  await sent(`${origin}/v2/${repository}/manifests/${reference}`, {
    method: 'PUT',
    body: bytes,
    headers: { 'content-type': mediaType },
  });
}

async function sent(url: string, options: NonNullable<Parameters<typeof request>[1]>) {
  const response = await request(url, options);
  const text = await response.body.text();
  if (response.statusCode >= 300) throw new Error(`${options.method} ${url}: ${response.statusCode} ${text}`);
  return response;
}

/** A port of loopback that was free a moment ago, for a program that cannot choose one itself. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
