// Where a command writes: data to stdout, progress and messages to stderr; colors and widths of the terminal, if any.
import { styleText } from 'node:util';
import { inertJson } from '../model/inert.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export interface Output {
  /** To stdout: what was asked for, and nothing else. */
  data(text: string): void;
  /** To stderr: progress, notices, errors. */
  message(text: string): void;
  /** The text in a style where `stream` is a terminal that shows colors, else as it is. */
  style(style: Style, text: string, stream?: 'data' | 'message'): string;
  /** Columns of the terminal that shows the data; null where the data goes elsewhere. */
  readonly columns: number | null;
}

/** The output of this process. A reader that goes away (`| head`) ends it quietly. */
export function processOutput(): Output {
  const { stdout, stderr, env } = process;
  const colors = { data: showsColors(stdout, env), message: showsColors(stderr, env) };
  return {
    data: (text) => void stdout.write(text),
    message: (text) => void stderr.write(text),
    style: (style, text, stream = 'data') =>
      colors[stream] ? styleText(style, text, { validateStream: false }) : text,
    columns: stdout.isTTY ? (stdout.columns ?? 80) : null,
  };
}

/** A value as `--format json` writes it. */
export function jsonText(value: unknown): string {
  return `${inertJson(JSON.stringify(value, null, 2))}\n`;
}

/** For the process as a whole, once: EPIPE is no failure but a reader that has seen enough. */
export function endQuietlyOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit();
      throw error;
    });
  }
}

/** https://no-color.org: any value but the empty one. */
function showsColors(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}
