// The access log: what became of each request, and nothing that its sender wrote into it.
import type { ServerResponse } from 'node:http';
import type { Caller } from '../model/subject.ts';

/** One request that was answered, or whose client left. */
export interface AccessEntry {
  readonly method: string;
  /** One of the known paths, or `other`. */
  readonly route: string;
  /** HTTP status; null where the client left before the answer. */
  readonly status: number | null;
  readonly milliseconds: number;
  /** Bytes of the answer with its headers. */
  readonly bytes: number;
  /** Whether the token was good; null where none was looked at, or it was refused. */
  readonly caller: 'anonymous' | 'authenticated' | null;
}

export type AccessLog = (entry: AccessEntry) => void;

/** What is known of a request once it was answered, filled in on the way. */
export interface RequestRecord {
  caller: AccessEntry['caller'];
}

export const callerKind = ({ subject }: Pick<Caller, 'subject'>): 'anonymous' | 'authenticated' =>
  subject.authenticated ? 'authenticated' : 'anonymous';

/** Counts what one answer adds to its connection; call it once the answer is over. */
export function countBytes(response: ServerResponse): () => number {
  const { socket } = response.req;
  const before = socket.bytesWritten;
  let after: number | null = null;
  // The next answer of the connection begins as soon as this one is finished.
  response.once('prefinish', () => {
    after = socket.bytesWritten;
  });
  return () => Math.max(0, (after ?? socket.bytesWritten) - before);
}
