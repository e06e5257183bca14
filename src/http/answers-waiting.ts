// Answers that their readers have not taken yet: each has a deadline, and all together a bound of bytes. A client that asks
// and does not read costs a connection for some seconds, and no more memory than the bound.
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface WaitingLimits {
  /** Milliseconds for which a client may take nothing of its answer. */
  readonly writeTimeout: number;
  /** Bytes of all answers that wait; beyond them the connection whose client has taken nothing for longest is ended. */
  readonly waitingBytes: number;
}

export interface AnswersWaiting {
  /** Answers that wait, and their bytes when they began to. */
  readonly count: number;
  readonly bytes: number;
  /** Watches an answer from when it is complete until it is taken, or its connection is destroyed. */
  watch(response: ServerResponse): void;
}

/** Bytes a second that a reader takes at the least, once the first {@link WaitingLimits.writeTimeout} is over. */
const SLOWEST = 16_384;

/** `onEnded` hears of each connection that was destroyed, and why. */
export function createAnswersWaiting(
  { writeTimeout, waitingBytes }: WaitingLimits,
  onEnded: (cause: 'slow' | 'memory') => void = () => {},
): AnswersWaiting {
  /** In the order in which they began to wait: all that one connection's client has not taken. */
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
    bytes -= entry.bytes;
    waiting.delete(socket);
  }

  function add(socket: Socket, response: ServerResponse, left: number): void {
    const entry = waiting.get(socket) ?? { answers: new Map(), bytes: 0, deadline: undefined };
    waiting.set(socket, entry);
    entry.answers.set(response, left);
    entry.bytes += left;
    bytes += left;
    clearTimeout(entry.deadline);
    entry.deadline = setTimeout(() => end(socket, 'slow'), writeTimeout + (entry.bytes / SLOWEST) * 1_000);
  }

  function taken(socket: Socket, response: ServerResponse): void {
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
    // Most answers went out at once.
    if (left === 0 || socket.destroyed) return;
    // Node looks at the progress within one large write, and at a connection's end sets its own time again.
    socket.setTimeout(writeTimeout);
    add(socket, response, left);
    response.once('close', () => taken(socket, response));
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
      // At once, and not when it is its turn: an answer behind another one of its connection is in memory as well.
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
}
