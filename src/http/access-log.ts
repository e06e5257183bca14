// The access log: what became of each request, and nothing that its sender wrote into it.

import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { SYSTEM_CLOCK } from '../model/clock.ts';
import type { Caller } from '../model/subject.ts';

/** One request that was answered, or whose client left; also one that could not be read. */
export interface AccessEntry {
  /** One that HTTP knows; null where the request could not be read. */
  readonly method: string | null;
  /** One of the known paths, or `other`. */
  readonly route: string;
  /** HTTP status; null where the client left before the answer. */
  readonly status: number | null;
  /** null where nobody knows when it began. */
  readonly milliseconds: number | null;
  /** Bytes of the answer with its headers. */
  readonly bytes: number;
  /** Whether the token was good; null where none was looked at, or it was refused. */
  readonly caller: 'anonymous' | 'authenticated' | null;
}

export type AccessLog = (entry: AccessEntry) => void;

/** Writes to the log whatever the level of the rest: whoever asks for the access log has it. */
export function accessLogTo(logger: Logger): AccessLog {
  const log = logger.child({}, { level: 'info' });
  return (entry) => log.info(entry, 'request');
}

/** What is known of a request once it was answered, filled in on the way. */
export interface RequestRecord {
  caller: AccessEntry['caller'];
}

export const callerKind = ({ subject }: Pick<Caller, 'subject'>): 'anonymous' | 'authenticated' =>
  subject.authenticated ? 'authenticated' : 'anonymous';

/** Counts what one answer adds to its connection; call what it gives once the answer is over. */
function countBytes(response: ServerResponse): () => number {
  const { socket } = response.req;
  // Answers of one connection go out one after the other: one that waits for its turn has no socket yet.
  let before = response.socket === null ? null : socket.bytesWritten;
  let after: number | null = null;
  if (before === null) {
    response.once('socket', () => {
      before = socket.bytesWritten;
    });
  }
  // The next answer begins as soon as this one is finished.
  response.once('prefinish', () => {
    after = socket.bytesWritten;
  });
  return () => (before === null ? 0 : Math.max(0, (after ?? socket.bytesWritten) - before));
}

/** Logs the answer once it is over; `known` is asked then. */
export function logAnswer(
  response: ServerResponse,
  log: AccessLog,
  known: () => Pick<AccessEntry, 'route' | 'caller'>,
): void {
  const started = SYSTEM_CLOCK.monotonic();
  const bytes = countBytes(response);
  response.once('close', () =>
    log({
      method: response.req.method ?? null,
      status: response.headersSent ? response.statusCode : null,
      milliseconds: Math.round(SYSTEM_CLOCK.monotonic() - started),
      bytes: bytes(),
      ...known(),
    }),
  );
}

/** What is known of a request that was refused by its head. */
export const REFUSED = { route: 'other', caller: null } as const;
