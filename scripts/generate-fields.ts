// Writes what describes an image where it is kept in the repository: into the schemas of policies' input, their reference
// and the table of labels. Nothing is written that is right already.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { inputReference } from '../src/authoring/reference/input-reference.ts';
import { withDescriptiveFields } from './input-schema.ts';
import { withLabelRows } from './label-table.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

function writeSchema(path: string): void {
  const schema = JSON.parse(read(path));
  const changed = withDescriptiveFields(schema);
  if (!isDeepStrictEqual(changed, schema)) write(path, formatted(path, JSON.stringify(changed)));
}

/** As the linter wants it. */
function formatted(path: string, text: string): string {
  const biome = join(ROOT, 'node_modules/.bin/biome');
  return execFileSync(biome, ['format', `--stdin-file-path=${path}`], {
    cwd: ROOT,
    input: JSON.stringify(JSON.parse(text), null, 2),
    encoding: 'utf8',
  });
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

function write(path: string, text: string): void {
  if (text !== read(path)) writeFileSync(join(ROOT, path), text);
}

for (const kind of ['facility', 'federation']) writeSchema(`policies/schema/${kind}.json`);
write('docs/joining.md', withLabelRows(read('docs/joining.md')));
write('docs/policies/input.md', await inputReference());
