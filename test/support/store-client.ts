// The store as a gateway has it, in its thread, and what it says in the log.
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import type { Clock } from '../../src/model/clock.ts';
import type { ErrorCode } from '../../src/model/errors.ts';
import { openStoreClient, type StoreClient } from '../../src/store/client.ts';
import type { StorePlace } from '../../src/store/engine/engine.ts';

export interface LogLine {
  /** pino's: 30 for information, 40 for a warning, 50 for an error. */
  readonly level: number;
  readonly msg: string;
  readonly code?: string;
  /** The text of what the engine threw. */
  readonly cause?: string;
}

export interface OpenedClient {
  readonly client: StoreClient;
  readonly log: readonly LogLine[];
}

export const SECRET = Buffer.alloc(32, 7);

/** Rejects as `openStoreClient` does. It is closed when the test ends. */
export async function clientOf(
  context: TestContext,
  place: StorePlace,
  clock?: Clock,
  onFailure?: (code: ErrorCode) => void,
): Promise<OpenedClient> {
  const log: LogLine[] = [];
  const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line)) });
  const client = await openStoreClient({
    ...{ place, secret: SECRET, logger },
    ...(clock && { clock }),
    ...(onFailure && { onFailure }),
  });
  context.after(() => client.close());
  return { client, log };
}
