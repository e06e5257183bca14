// A store as a gateway has it, in a process of its own, whose rights and limits a test may take: does what it is asked by
// messages, and writes its log to stdout. Argument: the store's place as JSON.
import { appendFileSync, rmSync } from 'node:fs';
import { pino } from 'pino';
import { FederationError } from '../../src/model/errors.ts';
import { openStoreClient } from '../../src/store/client.ts';
import type { StoreAnswer, StoreFailure, StoreQuestion } from './limited-store.ts';
import { factsOf, textsOf } from './numbered-crawls.ts';
import { stateOf } from './store-state.ts';
import { allOf, stored } from './stored-crawls.ts';

const client = await openStoreClient({
  place: JSON.parse(process.argv[2] ?? ''),
  secret: Buffer.alloc(32, 7),
  logger: pino(),
}).catch((error: unknown) => error as FederationError);

const asked: Record<string, (argument: string) => Promise<unknown>> = {
  opened: async () => (client instanceof FederationError ? errorOf(client) : null),
  write: (value) => usable().state.write([{ key: 'key', value: value }]),
  read: () => stateOf(usable(), 'key'),
  crawl: (number) => stored(usable(), textsOf(Number(number)), factsOf(Number(number))),
  crawled: async () => (await allOf(usable())).length,
  health: async () => usable().health(),
  fill: async (path) => fillDisk(path),
  empty: async (path) => rmSync(path),
  close: async () => {
    if (!(client instanceof FederationError)) await client.close();
  },
};

/** Writes until the disk has no room. */
function fillDisk(path: string): void {
  try {
    for (;;) appendFileSync(path, Buffer.alloc(4_096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

function usable() {
  if (client instanceof FederationError) throw client;
  return client;
}

function errorOf(error: unknown): StoreFailure {
  if (!(error instanceof FederationError)) throw error;
  const { code, message, at = null, hint = null, cause } = error;
  return { code, message, at, hint, cause: String(cause) };
}

process.on('message', async ({ id, method, argument }: StoreQuestion) => {
  let answer: StoreAnswer;
  try {
    answer = { id, value: await asked[method]?.(argument) };
  } catch (error) {
    answer = { id, error: errorOf(error) };
  }
  process.send?.(answer);
  if (method === 'close') process.disconnect();
});
process.send?.('ready');
