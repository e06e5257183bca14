// JSON as documents show it.

/** Columns of the JSON in a document. */
const WIDTH = 120;

/** JSON as people write it: what fits on a line stays on it, however many digits a time has that differs each time. */
export function compactJson(value: unknown, indent = ''): string {
  const flat = flatJson(value);
  if (indent.length + usualLength(flat) <= WIDTH || typeof value !== 'object' || value === null) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => inner + compactJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  const fields = Object.entries(value).map(
    ([name, field]) => `${inner}${JSON.stringify(name)}: ${compactJson(field, inner)}`,
  );
  return `{\n${fields.join(',\n')}\n${indent}}`;
}

/** With an age of some seconds, and an answer within a second. */
const usualLength = (flat: string): number =>
  flat.replace(/"age": \d+/g, '"age": 1').replace(/"tookMs": \d+/g, '"tookMs": 100').length;

function flatJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${flatJson(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
