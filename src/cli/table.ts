// A table for people: columns as wide as the terminal lets them be, cells of inert text.
import Table from 'cli-table3';
import stringWidth from 'string-width';
import { inert } from '../model/inert.ts';
import { asciiText } from './ascii.ts';
import type { Output } from './output.ts';

export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => string;
  /** Whether it gives way first where the terminal is narrow. */
  readonly wide?: boolean;
}

/** Blanks between columns. */
const GAP = 2;

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

/** A title line and a line a row; nothing is cut where the data does not go to a terminal. */
export function table<T>(columns: readonly Column<T>[], rows: readonly T[], output: Output): string {
  const legible = output.ascii ? asciiText : (text: string): string => text;
  const cells = rows.map((row) => columns.map(({ cell }) => legible(inert(cell(row)))));
  const widths = fit(
    columns.map(({ title, wide = false }, index) => ({
      natural: Math.max(title.length, ...cells.map((row) => stringWidth(row[index] ?? ''))),
      title: title.length,
      wide,
    })),
    output.columns,
  );
  const drawn = new Table({
    head: columns.map(({ title }) => output.style('bold', title)),
    chars: NO_LINES,
    truncate: output.ascii ? '~' : '…',
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    ...(widths === null ? {} : { colWidths: widths }),
  });
  drawn.push(...cells);
  return `${drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** Widths in columns of the terminal. */
interface Width {
  readonly natural: number;
  readonly title: number;
  readonly wide: boolean;
}

/** What each column keeps, by stages: a terminal that is too narrow for one goes on with the next. */
const LEAST: readonly ((column: Width) => number)[] = [
  ({ natural, title, wide }) => (wide ? Math.max(title, 12) : natural),
  ({ natural, title, wide }) => (wide ? title : natural),
  ({ title }) => title,
  () => 1,
];

/** Widths that fit, or null where all columns may be as wide as they like. The widest that can gives way first. */
function fit(columns: readonly Width[], available: number | null): number[] | null {
  const widths = columns.map(({ natural }) => natural);
  const gaps = GAP * (columns.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, gaps) - (available ?? Number.POSITIVE_INFINITY);
  if (excess <= 0) return null;
  for (const least of LEAST) {
    for (; excess > 0; excess--) {
      const room = columns.map((column, index) => {
        const width = widths[index] ?? 0;
        return width > least(column) ? width : 0;
      });
      const widest = Math.max(...room);
      if (widest === 0) break;
      widths[room.indexOf(widest)] = widest - 1;
    }
  }
  return widths;
}
