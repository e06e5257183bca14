// Tables in Markdown, for pages that are generated from schemas and annotations.

/**
 * A table (GitHub Flavored Markdown): a line of titles, a separator, and a line for each row; each ends with a line
 * feed, and without rows there are two lines. In cells `|` and `<` are escaped, and a line feed becomes a blank.
 */
export function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |\n`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('');
}

/** A pipe would end the cell, and an angle bracket begin a tag. */
const cell = (text: string): string => text.replace(/[|<]/g, '\\$&').replaceAll('\n', ' ');
