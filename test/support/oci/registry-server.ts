// An OCI registry in memory behind HTTP, whose answers a test may change: for quirks that no real registry has all of.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpServer } from '../http-server.ts';
import type { TestDocument, TestImage } from './images.ts';

/** What a repository holds. */
interface Held {
  readonly tags: Map<string, TestDocument>;
  readonly manifests: Map<string, TestDocument>;
  readonly blobs: Map<string, TestDocument>;
}

export interface OciServer {
  readonly origin: string;
  /** Holds an image from now on, under the tags. */
  hold(repository: string, tags: readonly string[], image: TestImage): void;
  /** Forgets a manifest or a blob. */
  forget(repository: string, digest: string): void;
  close(): Promise<void>;
}

/** Answers in place of the registry; false leaves the request to it. */
export type Quirk = (request: IncomingMessage, response: ServerResponse) => boolean;

export async function startOciServer(quirk: Quirk = () => false): Promise<OciServer> {
  const repositories = new Map<string, Held>();

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const [path = ''] = (request.url ?? '').split('?');
    if (path === '/v2/') {
      sendJson(response, {});
      return;
    }
    if (path === '/v2/_catalog') {
      sendJson(response, { repositories: [...repositories.keys()] });
      return;
    }
    const [, name = '', kind = '', reference = ''] =
      /^\/v2\/(.+)\/(tags|manifests|blobs)\/([^/]+)$/.exec(path) ?? [];
    const held = repositories.get(name);
    if (held === undefined) send(response, 404);
    else if (kind === 'tags') sendJson(response, { name, tags: [...held.tags.keys()] });
    else if (kind === 'blobs') sendDocument(request, response, held.blobs.get(reference));
    else
      sendDocument(request, response, held.tags.get(reference) ?? held.manifests.get(reference), {
        withDigest: true,
      });
  }

  const server = await startHttpServer((request, response) => {
    if (!quirk(request, response)) answer(request, response);
  });
  return {
    ...server,
    hold(repository, tags, image) {
      const held = repositories.get(repository) ?? {
        tags: new Map(),
        manifests: new Map(),
        blobs: new Map(),
      };
      repositories.set(repository, held);
      for (const blob of image.blobs) held.blobs.set(blob.digest, blob);
      for (const manifest of [...image.manifests, image]) held.manifests.set(manifest.digest, manifest);
      for (const tag of tags) held.tags.set(tag, image);
    },
    forget(repository, digest) {
      const held = repositories.get(repository);
      held?.manifests.delete(digest);
      held?.blobs.delete(digest);
    },
  };
}

const send = (response: ServerResponse, status: number): void => {
  response.writeHead(status).end();
};

export function sendJson(
  response: ServerResponse,
  value: unknown,
  headers: Readonly<Record<string, string | string[]>> = {},
): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

function sendDocument(
  { method }: IncomingMessage,
  response: ServerResponse,
  document: TestDocument | undefined,
  { withDigest = false } = {},
): void {
  if (document === undefined) {
    send(response, 404);
    return;
  }
  const { bytes, digest, mediaType } = document;
  const headers = { 'content-type': mediaType, ...(withDigest && { 'docker-content-digest': digest }) };
  response.writeHead(200, { ...headers, 'content-length': bytes.length });
  response.end(method === 'HEAD' ? undefined : bytes);
}
