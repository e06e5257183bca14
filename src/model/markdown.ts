// Tables of Markdown, as the pages that are made from schemas and annotations have them.

/** A line of titles, and a line each row; it ends with a line's end. */
export function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |\n`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('');
}

/** A pipe would end the cell, and an angle bracket begin a tag. */
const cell = (text: string): string => text.replace(/[|<]/g, '\\$&').replaceAll('\n', ' ');
