// Starts a server of the tests in a process of its own, which listens on a port of loopback and says which.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface ServerProcess {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  readonly pid: number;
  /** All that it wrote so far to stdout and stderr. */
  output(): string;
  /** Ends it at once, as a crash would, and waits for its end. */
  kill(): Promise<void>;
}

/** Milliseconds in which it has to listen, however busy the machine is. */
const START = 30_000;

/**
 * The server, once its output has an address, which the first group of `address` matches. Rejects with its output where
 * it ends before, or has none in time.
 */
export async function startServer(
  program: string,
  args: readonly string[],
  address: RegExp,
): Promise<ServerProcess> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, OTEL_TRACES_EXPORTER: 'none' },
  });
  const closed = once(child, 'close');
  let output = '';
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await closed;
  };
  const listening = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const found = address.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
  });
  const timer = AbortSignal.timeout(START);
  const late = once(timer, 'abort').then(() => null);
  const found = await Promise.race([listening, closed.then(() => null), late]);
  if (found !== null) return { address: found, pid: child.pid ?? 0, output: () => output, kill };
  await kill();
  throw new Error(`${program} does not listen: ${output}`);
}
