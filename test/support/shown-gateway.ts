// The gateways that documents ask: those of their own, and one demo for all documents that do not start one.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { openTerminal, type Place, type Said } from './terminal.ts';

/** The last lines of a demo's banner. */
const READY = /(?:As one of them|No folder)[^\n]*\n/;

/** The demo of federation.yaml, whose images are signed; other gateways are asked by their documents alone. */
const DEMO = 'npm start';

export interface Gateway {
  readonly banner: string;
  /** Interrupts it, and gives how it ended. */
  end(): Promise<Said>;
}

/** In a terminal of its own; resolves when it is ready. */
export async function startGateway(command: string, place: Place): Promise<Gateway> {
  const terminal = openTerminal(place);
  try {
    const banner = await terminal.begin(command, READY);
    if (command.endsWith(DEMO)) await settled(banner);
    return { banner, end: () => terminal.interrupt().finally(terminal.close) };
  } catch (error) {
    await terminal.close();
    throw error;
  }
}

/** Signatures are verified behind the crawl: what a document shows does not depend on when. */
const UNVERIFIED = '{ images(only: { trust: [UNKNOWN] }, first: 1) { totalCount } }';

/** Until nobody's images wait to be verified; for a minute at most, after which a document shows what there is. */
async function settled(banner: string): Promise<void> {
  const url = / page +(http:\S+)\//.exec(banner)?.[1];
  for (let look = 0; url !== undefined && look < 600; look += 1) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: UNVERIFIED }),
    });
    const { data } = (await response.json()) as {
      readonly data?: { readonly images?: { totalCount: number } };
    };
    if (data?.images?.totalCount === 0) return;
    await wait(100);
  }
}

let shared: Promise<Gateway> | null = null;

export const isShared = (): boolean => shared !== null;

/** The demo of this process, started in the first document's clone: it takes seconds to start, and is only asked. */
export function sharedGateway(place: Place): Promise<Gateway> {
  shared ??= startGateway(DEMO, place);
  return shared;
}

/** Ends it, where there is one. Rejects if it does not end in order. */
export async function endSharedGateway(): Promise<void> {
  const gateway = await shared;
  shared = null;
  if (gateway === null) return;
  const { text, code } = await gateway.end();
  assert.equal(code, 0, text);
}
