// The gateways that documents ask: those of their own, and one demo for all documents that do not start one.
import assert from 'node:assert/strict';
import { openTerminal, type Place, type Said } from './terminal.ts';

/** The last lines of a demo's banner. */
const READY = /(?:As one of them|No folder)[^\n]*\n/;

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
    return { banner, end: () => terminal.interrupt().finally(terminal.close) };
  } catch (error) {
    await terminal.close();
    throw error;
  }
}

let shared: Promise<Gateway> | null = null;

export const isShared = (): boolean => shared !== null;

/** The demo of this process, started in the first document's clone: it takes seconds to start, and is only asked. */
export function sharedGateway(place: Place): Promise<Gateway> {
  shared ??= startGateway('npm start', place);
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
