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
  middle: '  ',
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

/** Widths that fit, or null where all columns may be as wide as they like. */
function fit(widths: readonly Width[], available: number | null): number[] | null {
  const total = widths.reduce((sum, { natural }) => sum + natural + 2, -2);
  if (available === null || total <= available) return null;
  let excess = total - available;
  return widths.map(({ natural, least }) => {
    const given = least === null ? 0 : Math.min(excess, Math.max(0, natural - least));
    excess -= given;
    return natural - given;
  });
}

/** Columns of a terminal, near enough for choosing widths: East Asian wide characters take two. */
function displayWidth(text: string): number {
  const wide = text.match(/[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  return [...text].length + (wide?.length ?? 0);
}
