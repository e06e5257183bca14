// Answers that clients have not read yet: each has a deadline, and all together are bounded in bytes. A client that
// asks and does not read costs a connection for some seconds, and no more memory than the bound.
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface WaitingLimits {
  /** Milliseconds for which a client may read nothing of its answer: then its connection is destroyed. */
  readonly writeTimeout: number;
  /** Bytes of all unread answers; beyond them the connection that has waited longest is destroyed. */
  readonly waitingBytes: number;
}

export interface AnswersWaiting {
  /** Unread answers, and their bytes when they began to wait. */
  readonly count: number;
  readonly bytes: number;
  /** Watches an answer from its completion until it has been read, or its connection is destroyed. */
  watch(response: ServerResponse): void;
}

/** Bytes per second that a client must read, after the first {@link WaitingLimits.writeTimeout}. */
const MIN_READ_RATE = 16_384;

/**
 * A watcher of unread answers. It destroys the connection of a client that reads nothing for `writeTimeout`
 * milliseconds, or slower than 16 KiB a second after its first `writeTimeout` milliseconds, and the one that
 * has waited longest while all unread answers exceed `waitingBytes`. `onEnded` (by default nothing is called)
 * is called once for each connection that it destroys, with the cause: `slow` for both of the former, `memory`
 * for the last. It sees when an answer is complete by replacing its `end`. Its `watch` never throws but what
 * `onEnded` does.
 */
export function createAnswersWaiting(
  { writeTimeout, waitingBytes }: WaitingLimits,
  onEnded: (cause: 'slow' | 'memory') => void = () => {},
): AnswersWaiting {
  /** The unread answers of each connection, in the order in which they began to wait. */
  const waiting = new Map<Socket, Waiting>();
  let bytes = 0;

  function end(socket: Socket, cause: 'slow' | 'memory'): void {
    forget(socket);
    onEnded(cause);
    socket.destroy();
  }

  function forget(socket: Socket): void {
    const entry = waiting.get(socket);
    if (entry === undefined) return;
    clearTimeout(entry.deadline);
    socket.off('timeout', entry.onStalled);
    bytes -= entry.bytes;
    waiting.delete(socket);
  }

  function add(socket: Socket, response: ServerResponse, left: number): void {
    const entry = waiting.get(socket) ?? watched(socket);
    entry.answers.set(response, left);
    entry.bytes += left;
    bytes += left;
    clearTimeout(entry.deadline);
    entry.deadline = setTimeout(
      () => end(socket, 'slow'),
      writeTimeout + (entry.bytes / MIN_READ_RATE) * 1_000,
    );
  }

  function watched(socket: Socket): Waiting {
    // Node itself destroys a connection that has timed out, before this is called.
    const onStalled = () => end(socket, 'slow');
    const entry: Waiting = { answers: new Map(), bytes: 0, deadline: undefined, onStalled };
    waiting.set(socket, entry);
    socket.on('timeout', onStalled);
    return entry;
  }

  function remove(socket: Socket, response: ServerResponse): void {
    const entry = waiting.get(socket);
    const left = entry?.answers.get(response);
    if (entry === undefined || left === undefined) return;
    entry.answers.delete(response);
    entry.bytes -= left;
    bytes -= left;
    if (entry.answers.size === 0) forget(socket);
  }

  function begin(response: ServerResponse): void {
    const { socket } = response.req;
    const left = response.writableLength;
    // Most answers are written at once.
    if (left === 0 || socket.destroyed) return;
    // Node checks the progress within one large write, and restores its own timeout when the answer ends.
    socket.setTimeout(writeTimeout);
    add(socket, response, left);
    response.once('close', () => remove(socket, response));
    for (const [longest] of waiting) {
      if (bytes <= waitingBytes) return;
      end(longest, 'memory');
    }
  }

  return {
    get count() {
      let count = 0;
      for (const { answers } of waiting.values()) count += answers.size;
      return count;
    },
    get bytes() {
      return bytes;
    },
    watch: (response) => {
      const write = response.end.bind(response) as (...given: unknown[]) => ServerResponse;
      // At once, not when it is sent: an answer behind another one of its connection is in memory too.
      response.end = ((...given: unknown[]) => {
        const ended = write(...given);
        begin(response);
        return ended;
      }) as ServerResponse['end'];
    },
  };
}

interface Waiting {
  readonly answers: Map<ServerResponse, number>;
  bytes: number;
  deadline: NodeJS.Timeout | undefined;
  /** Listens for the time-out of the connection, in which nothing was read. */
  readonly onStalled: () => void;
}
