// A table for people: columns fitted to the terminal, or a block for each row where it is too narrow; inert text.
import Table from 'cli-table3';
import stringWidth from 'string-width';
import { inert } from '../../model/inert.ts';
import { asciiText } from './ascii.ts';
import type { Output } from './output.ts';

export interface Column<T> {
  readonly title: string;
  /** The text of a row's cell, which the table makes inert. */
  readonly cell: (row: T) => string;
  /** Whether it is shortened before the others where the terminal is narrow; by default it is not. */
  readonly wide?: boolean;
}

/** Blanks between columns. */
const GAP = 2;

/** Least width, in columns of the terminal, of a wide column while others can be shortened: names stay distinct. */
const LEGIBLE = 12;

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(GAP),
};

/**
 * A title line and a line for each row, cut to the terminal's width, or a block for each row where it is too
 * narrow for the titles; nothing is cut if stdout is not a terminal. Cells are made inert.
 */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[], output: Output): string {
  const legible = output.ascii ? asciiText : (text: string): string => text;
  const titles = columns.map(({ title }) => title);
  const cells = rows.map((row) => columns.map(({ cell }) => legible(inert(cell(row)))));
  const widths = fit(
    columns.map(({ title, wide = false }, index) => ({
      natural: Math.max(title.length, ...cells.map((row) => stringWidth(row[index] ?? ''))),
      title: title.length,
      wide,
    })),
    output.columns ?? Number.POSITIVE_INFINITY,
  );
  return widths === null ? blocks(titles, cells, output) : lines(titles, cells, widths, output);
}

function lines(
  titles: readonly string[],
  cells: readonly string[][],
  widths: readonly number[],
  output: Output,
): string {
  const drawn = new Table({
    head: titles.map((title) => output.style('bold', title)),
    chars: NO_LINES,
    truncate: output.ascii ? '~' : '…',
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    colWidths: [...widths],
  });
  drawn.push(...cells);
  return `${drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** A line for each cell that is not empty, never cut, and an empty line between rows. */
function blocks(titles: readonly string[], cells: readonly string[][], output: Output): string {
  const width = Math.max(...titles.map(({ length }) => length)) + GAP;
  return cells
    .map((row) =>
      row
        .map((cell, index) =>
          cell === '' ? '' : `${output.style('bold', (titles[index] ?? '').padEnd(width))}${cell}\n`,
        )
        .join(''),
    )
    .join('\n');
}

/** Widths in columns of the terminal. */
interface Width {
  readonly natural: number;
  readonly title: number;
  readonly wide: boolean;
}

/** The least width of each column, by stages: if the terminal is too narrow for one stage, the next applies. */
const LEAST: readonly ((column: Width) => number)[] = [
  ({ natural, title, wide }) => (wide ? Math.max(title, LEGIBLE) : natural),
  ({ title, wide }) => (wide ? Math.max(title, LEGIBLE) : title),
  ({ title }) => title,
];

/** Widths that fit, taken from the widest column that can be shortened; null if not even the titles fit. */
function fit(columns: readonly Width[], available: number): number[] | null {
  const widths = columns.map(({ natural }) => natural);
  const gaps = GAP * (columns.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, gaps) - available;
  for (const least of LEAST) {
    for (; excess > 0; excess--) {
      const shrinkable = columns.map((column, index) => {
        const width = widths[index] ?? 0;
        return width > least(column) ? width : 0;
      });
      const widest = Math.max(...shrinkable);
      if (widest === 0) break;
      widths[shrinkable.indexOf(widest)] = widest - 1;
    }
  }
  return excess > 0 ? null : widths;
}
