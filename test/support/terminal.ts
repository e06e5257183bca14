// A terminal of a person who follows a document: one bash process, in which every command has what those before it
// exported and the folder that they went to.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasEnded, signalGroup } from './process-group.ts';

export interface Said {
  /** Both streams, as a terminal shows them. */
  readonly text: string;
  readonly code: number;
}

export interface Terminal {
  /** Runs a command, of one or more lines, to its end. */
  run(command: string): Promise<Said>;
  /** Begins a command that goes on, and gives what it printed when that matches. */
  begin(command: string, ready: RegExp): Promise<string>;
  /** Ctrl-C: interrupts what goes on, and gives all that it printed. */
  interrupt(): Promise<Said>;
  /** Ends the shell, and whatever it still runs. */
  close(): Promise<void>;
}

/** Milliseconds for one command to end or to be ready: the machine may be busy. */
const PATIENCE = 60_000;

/** Stands behind the output of each command, around its exit code. */
const MARK = '\x1e';

/** Commands come by descriptor 3, each ended by NUL; an interrupt ends the command and not the shell. */
const SHELL = `exec 2>&1
trap : INT
while IFS= read -r -d '' TYPED <&3; do
  eval "$TYPED" 3<&-
  printf '\\036%s\\036' "$?"
done`;

export interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export function openTerminal(place: Place): Terminal {
  // A group of its own, so that an interrupt reaches what the shell started, and nothing else.
  const child = spawn('bash', ['-c', SHELL], {
    ...place,
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    detached: true,
  });
  const typed = child.stdio[3] as Writable;
  // The shell may have ended before: what it said until then says why.
  typed.on('error', () => undefined);
  const closed = once(child, 'close');
  let command = '';
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });

  function type(next: string): void {
    command = next;
    text = '';
    typed.write(`${next}\0`);
  }

  async function ended(): Promise<Said> {
    await until(() => text.endsWith(MARK), `end, within ${PATIENCE / 1_000} s`);
    const [said = '', code] = text.split(MARK);
    return { text: said, code: Number(code) };
  }

  async function until(holds: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    while (!holds()) {
      if (hasEnded(child) || Date.now() > deadline) assert.fail(`did not ${what}: ${command}\n${text}`);
      await sleep(5);
    }
  }

  return {
    async run(next) {
      type(next);
      return ended();
    },
    async begin(next, ready) {
      type(next);
      await until(() => ready.test(text) || text.endsWith(MARK), `get ready, within ${PATIENCE / 1_000} s`);
      assert.match(text, ready, `ended before it was ready: ${next}`);
      return text;
    },
    async interrupt() {
      signalGroup(child, 'SIGINT');
      return ended();
    },
    async close() {
      typed.end();
      if (text !== '' && !text.endsWith(MARK)) signalGroup(child, 'SIGKILL');
      await closed;
    },
  };
}
