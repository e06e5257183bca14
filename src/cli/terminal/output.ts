// Where a command writes: data to stdout, progress and messages to stderr; colors, width and alphabet of the terminal.
import { styleText } from 'node:util';
import { inertJson } from '../../model/inert.ts';
import { asciiText, isAsciiLocale } from './ascii.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export interface Output {
  /** Writes to stdout, unchanged: the result in a format that programs read. */
  data(text: string): void;
  /** Writes to stdout: the result as people read it, in ASCII if the locale has no more. */
  show(text: string): void;
  /** Writes to stderr: progress, notices, errors; in ASCII if the locale has no more. */
  message(text: string): void;
  /** Writes to stderr, unchanged: a line of the log. */
  log(line: string): void;
  /** The text in a style if `stream`, by default the data, is a terminal that shows colors, else unchanged. */
  style(style: Style, text: string, stream?: 'data' | 'message'): string;
  /** Columns of the terminal that shows the data; null if stdout is not a terminal. */
  readonly columns: number | null;
  /** Whether text for people is written in ASCII. */
  readonly ascii: boolean;
}

/**
 * The output of this process. Width, colors (https://no-color.org, none for TERM=dumb) and alphabet ({@link
 * isAsciiLocale}) are read once, now, the width by {@link columnsOf}; errors of writing are left to {@link
 * endWithReaders} or {@link goOnWithoutReaders}, one of which must be called.
 */
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

/**
 * Columns of a terminal: COLUMNS if it is a number from 1 to 99999, else the terminal's own width, else 80; null if the
 * stream is not a terminal.
 */
export function columnsOf(
  { isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>,
  { COLUMNS = '' }: NodeJS.ProcessEnv,
): number | null {
  if (!isTTY) return null;
  return /^[1-9][0-9]{0,4}$/.test(COLUMNS) ? Number(COLUMNS) : columns || 80;
}

/**
 * A value as `--format json` writes it (RFC 8259): indented by two, inert, with a line feed at the end.
 * Throws a TypeError for a value with a cycle or a bigint, and for undefined.
 */
export function jsonText(value: unknown): string {
  return `${inertJson(JSON.stringify(value, null, 2))}\n`;
}

/**
 * Ends the process quietly, with its exit code so far, when the reader of its output is gone, and with 1 when output
 * cannot be written; a closed terminal alone does not end it. Call it once.
 */
export function endWithReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endUnread);
}

/**
 * Undoes {@link endWithReaders}, for a process that serves: it goes on if its log is closed or the log's disk is full.
 */
export function goOnWithoutReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.off('error', endUnread);
    stream.on('error', () => {});
  }
}

function endUnread({ code }: NodeJS.ErrnoException): void {
  // Not a failure: the reader, such as `head`, has what it wanted.
  if (code === 'EPIPE') process.exit();
  // A terminal that was closed: its SIGHUP ends the process in order.
  if (code === 'EIO') return;
  // Most often a full disk: what was written is not complete.
  process.stderr.write(`error INTERNAL: the output cannot be written (${code ?? 'unknown'})\n`);
  process.exit(1);
}

/** https://no-color.org: any value but the empty one. */
function showsColors(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}
