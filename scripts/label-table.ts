// The rows of docs/joining.md that say what the labs' own labels describe.
import type { Field } from '../src/model/field.ts';
import { DESCRIPTIVE_FIELDS } from '../src/model/image-fields.ts';

/** One row: `| \`io.panfed.title\` | title | \`RELION 5.0\` |`. */
const ROW = /^\| `io\.panfed\.(\w+)` \|.*$/;

/** The page with a row for each label that describes: a known one in its place, a new one before that of `requires`. */
export function withLabelRows(page: string): string {
  const rows = new Map(
    Object.entries(DESCRIPTIVE_FIELDS as Readonly<Record<string, Field>>).flatMap(([name, { label }]) =>
      label === undefined
        ? []
        : [[name, `| \`io.panfed.${name}\` | ${label.becomes} | \`${label.example}\` |`]],
    ),
  );
  const lines = page.split('\n');
  const there = new Set(lines.flatMap((line) => ROW.exec(line)?.[1] ?? []));
  const added = [...rows].filter(([name]) => !there.has(name)).map(([, row]) => row);
  return lines
    .flatMap((line) => {
      const name = ROW.exec(line)?.[1] ?? '';
      const row = rows.get(name) ?? line;
      return name === 'requires' ? [...added, row] : [row];
    })
    .join('\n');
}
