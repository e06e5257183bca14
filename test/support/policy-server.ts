// A lab's server of its policy's bundle, as OPA's documentation describes one: entity tags, and answers that are held until
// there is a change.

import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpServer } from './http-server.ts';

export interface PolicyServer extends AsyncDisposable {
  readonly url: string;
  /** Requests so far, in order. */
  readonly asked: readonly {
    readonly etag: string | undefined;
    readonly prefer: string;
    readonly authorization: string | undefined;
  }[];
  /** What it serves from now on; whoever waits for a change is answered. */
  ship(bundle: Uint8Array): void;
  /** Answers everything so from now on; null: as it should. */
  misbehave(answer: ((response: ServerResponse) => void) | null): void;
  /** Resolves once there were so many requests. */
  reached(requests: number): Promise<void>;
}

export interface PolicyServerOptions {
  readonly longPolls?: boolean;
  readonly etags?: boolean;
}

export async function policyServer(options: PolicyServerOptions = {}): Promise<PolicyServer> {
  const { longPolls = true, etags = true } = options;
  const asked: PolicyServer['asked'][number][] = [];
  const held = new Set<() => void>();
  const watchers = new Set<() => void>();
  let bundle: Uint8Array = Buffer.alloc(0);
  let wrong: ((response: ServerResponse) => void) | null = null;
  const etagNow = () => `"${createHash('sha256').update(bundle).digest('hex')}"`;

  function serve(response: ServerResponse): void {
    const type = longPolls ? 'application/vnd.openpolicyagent.bundles' : 'application/gzip';
    response.writeHead(200, { 'content-type': type, ...(etags && { etag: etagNow() }) }).end(bundle);
  }

  function answer({ headers }: IncomingMessage, response: ServerResponse): void {
    const prefer = [headers.prefer].flat().join();
    asked.push({ etag: headers['if-none-match'], prefer, authorization: headers.authorization });
    for (const watcher of watchers) watcher();
    const [, wait] = /wait=(\d+)/.exec(prefer) ?? [];
    if (wrong !== null) wrong(response);
    else if (headers['if-none-match'] !== etagNow()) serve(response);
    else if (longPolls && wait !== undefined) hold(response);
    else response.writeHead(304).end();
  }

  function hold(response: ServerResponse): void {
    const changed = () => {
      held.delete(changed);
      serve(response);
    };
    held.add(changed);
    response.on('close', () => held.delete(changed));
  }

  const server = await startHttpServer(answer);
  return {
    url: `${server.origin}/desy/bundle.tar.gz`,
    asked,
    ship(next) {
      bundle = next;
      for (const changed of [...held]) changed();
    },
    misbehave(next) {
      wrong = next;
    },
    reached: (requests) =>
      new Promise((resolve) => {
        const look = () => {
          if (asked.length < requests) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
    [Symbol.asyncDispose]: server.close,
  };
}
