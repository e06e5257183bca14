// The access log: what became of each request, and nothing that its sender wrote into it.

import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { MonotonicClock } from '../model/clock.ts';
import type { Caller } from '../model/subject.ts';

/** One request that was answered, whose client disconnected, or that could not be read. */
export interface AccessEntry {
  /** A method of HTTP; null where the request could not be read. */
  readonly method: string | null;
  /** One of the known paths, or `other`. */
  readonly route: string;
  /** HTTP status; null where the client disconnected before the answer. */
  readonly status: number | null;
  /** Duration; null where the start is unknown. */
  readonly milliseconds: number | null;
  /** Bytes of the answer with its headers. */
  readonly bytes: number;
  /** Whether the caller signed in; null where no token was checked, or it was refused. */
  readonly caller: 'anonymous' | 'authenticated' | null;
}

export type AccessLog = (entry: AccessEntry) => void;

/**
 * An access log that writes to this logger, a line at level `info` for each request, whatever its level: the access log
 * has its own switch.
 */
export function accessLogTo(logger: Logger): AccessLog {
  const log = logger.child({}, { level: 'info' });
  return (entry) => log.info(entry, 'request');
}

/** Facts about a request for its access entry, filled in while it is handled. */
export interface RequestRecord {
  caller: AccessEntry['caller'];
}

/** Whether the caller is anonymous or has signed in, as the access log names it. */
export const callerKind = ({ subject }: Pick<Caller, 'subject'>): 'anonymous' | 'authenticated' =>
  subject.authenticated ? 'authenticated' : 'anonymous';

/** A function that gives the bytes one answer has written to its connection; call it after the answer has ended. */
function countBytes(response: ServerResponse): () => number {
  const { socket } = response.req;
  // Answers of one connection are sent in order: one that waits for an earlier one has no socket yet.
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

/**
 * Logs the answer once its connection is done with it, also where it was given up: its bytes, its milliseconds from
 * now, and its status, null where none was sent. `known` is called then.
 */
export function logAnswer(
  response: ServerResponse,
  log: AccessLog,
  clock: MonotonicClock,
  known: () => Pick<AccessEntry, 'route' | 'caller'>,
): void {
  const started = clock.monotonic();
  const bytes = countBytes(response);
  response.once('close', () =>
    log({
      method: response.req.method ?? null,
      status: response.headersSent ? response.statusCode : null,
      milliseconds: Math.round(clock.monotonic() - started),
      bytes: bytes(),
      ...known(),
    }),
  );
}

/** The facts about a request that was refused before it was routed. */
export const REFUSED = { route: 'other', caller: null } as const;
