// Where a command writes: data to stdout, progress and messages to stderr; colors, width and alphabet of the terminal.
import { styleText } from 'node:util';
import { inertJson } from '../../model/inert.ts';
import { asciiText, isAsciiLocale } from './ascii.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export interface Output {
  /** To stdout, each character as it is: what was asked for in a format that programs read. */
  data(text: string): void;
  /** To stdout: what was asked for as people read it, in ASCII where the locale has no more. */
  show(text: string): void;
  /** To stderr: progress, notices, errors; in ASCII where the locale has no more. */
  message(text: string): void;
  /** To stderr, each character as it is: a line of the log. */
  log(line: string): void;
  /** The text in a style where `stream` is a terminal that shows colors, else as it is. */
  style(style: Style, text: string, stream?: 'data' | 'message'): string;
  /** Columns of the terminal that shows the data; null where the data goes elsewhere. */
  readonly columns: number | null;
  /** Whether what people read is ASCII alone. */
  readonly ascii: boolean;
}

/** The output of this process. What cannot be written is {@link endWithReaders}'s. */
export function processOutput(): Output {
  const { stdout, stderr, env } = process;
  const colors = { data: showsColors(stdout, env), message: showsColors(stderr, env) };
  const ascii = isAsciiLocale(env);
  const legible = (text: string): string => (ascii ? asciiText(text) : text);
  return {
    data: (text) => void stdout.write(text),
    show: (text) => void stdout.write(legible(text)),
    message: (text) => void stderr.write(legible(text)),
    log: (line) => void stderr.write(line),
    style: (style, text, stream = 'data') =>
      colors[stream] ? styleText(style, text, { validateStream: false }) : text,
    columns: columnsOf(stdout, env),
    ascii,
  };
}

/** What COLUMNS says goes before what the terminal says, which may not know (0); null where it is none. */
export function columnsOf(
  { isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>,
  { COLUMNS = '' }: NodeJS.ProcessEnv,
): number | null {
  if (!isTTY) return null;
  return /^[1-9][0-9]{0,4}$/.test(COLUMNS) ? Number(COLUMNS) : columns || 80;
}

/** A value as `--format json` writes it. */
export function jsonText(value: unknown): string {
  return `${inertJson(JSON.stringify(value, null, 2))}\n`;
}

/** For the process as a whole, once: what becomes of it where nobody takes what it writes. */
export function endWithReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endUnread);
}

/** For a process that others need: it goes on whoever closes its log, and though the disk of its log is full. */
export function goOnWithoutReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.off('error', endUnread);
    stream.on('error', () => {});
  }
}

function endUnread({ code }: NodeJS.ErrnoException): void {
  // No failure, but a reader that has seen enough.
  if (code === 'EPIPE') process.exit();
  // A terminal that was closed: its SIGHUP ends the process in order.
  if (code === 'EIO') return;
  // A full disk, most often: what is there is not the whole.
  process.stderr.write(`error INTERNAL: the output cannot be written (${code ?? 'unknown'})\n`);
  process.exit(1);
}

/** https://no-color.org: any value but the empty one. */
function showsColors(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}
