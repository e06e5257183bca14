// Answers that their readers have not taken yet: each has a deadline, and all together a bound of bytes. A client that asks
// and does not read costs a connection for some seconds, and no more memory than the bound.
import type { ServerResponse } from 'node:http';

export interface WaitingLimits {
  /** Milliseconds for which a client may take nothing of its answer. */
  readonly writeTimeout: number;
  /** Bytes of all answers that wait; beyond them the answer that has waited longest is ended. */
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
  /** In the order in which they began to wait. */
  const waiting = new Map<ServerResponse, number>();
  let bytes = 0;

  function endLongest(): void {
    for (const [response] of waiting) {
      if (bytes <= waitingBytes) return;
      forget(response);
      onEnded('memory');
      response.destroy();
    }
  }

  function forget(response: ServerResponse): void {
    bytes -= waiting.get(response) ?? 0;
    waiting.delete(response);
  }

  function begin(response: ServerResponse): void {
    const left = response.socket?.writableLength ?? 0;
    // Most answers went out at once.
    if (left === 0) return;
    waiting.set(response, left);
    bytes += left;
    // Node looks at the progress within one large write, and at a connection's end sets its own time again.
    response.socket?.setTimeout(writeTimeout);
    const deadline = setTimeout(
      () => {
        onEnded('slow');
        response.destroy();
      },
      writeTimeout + (left / SLOWEST) * 1_000,
    );
    response.once('close', () => {
      clearTimeout(deadline);
      forget(response);
    });
    endLongest();
  }

  return {
    get count() {
      return waiting.size;
    },
    get bytes() {
      return bytes;
    },
    watch: (response) => response.once('prefinish', () => begin(response)),
  };
}
