// A table for people: columns as wide as the terminal lets them be, cells of inert text.
import Table from 'cli-table3';
import { inert } from '../model/inert.ts';
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
  const cells = rows.map((row) => columns.map(({ cell }) => inert(cell(row))));
  const widths = fit(
    columns.map(({ title, wide }, index) => ({
      natural: Math.max(title.length, ...cells.map((row) => displayWidth(row[index] ?? ''))),
      least: wide ? Math.max(title.length, 12) : null,
    })),
    output.columns,
  );
  const drawn = new Table({
    head: columns.map(({ title }) => output.style('bold', title)),
    chars: NO_LINES,
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

interface Width {
  readonly natural: number;
  /** What a column that gives way keeps; null for one that does not. */
  readonly least: number | null;
}

/** Widths that fit, or null where all columns may be as wide as they like. The widest that can gives way first. */
function fit(columns: readonly Width[], available: number | null): number[] | null {
  const widths = columns.map(({ natural }) => natural);
  const gaps = GAP * (columns.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, gaps) - (available ?? Number.POSITIVE_INFINITY);
  if (excess <= 0) return null;
  for (; excess > 0; excess--) {
    const room = columns.map(({ least }, index) =>
      least !== null && (widths[index] ?? 0) > least ? (widths[index] ?? 0) : 0,
    );
    const widest = room.indexOf(Math.max(...room));
    if ((room[widest] ?? 0) === 0) break;
    widths[widest] = (room[widest] ?? 0) - 1;
  }
  return widths;
}

/** Columns of a terminal, near enough for choosing widths: East Asian wide characters take two. */
function displayWidth(text: string): number {
  const wide = text.match(/[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  return [...text].length + (wide?.length ?? 0);
}
