import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { definitionOf, definitionsFile, formatOf } from '../../scripts/nexus-definitions.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const nxdl = (name: string, base: string) =>
  `<?xml version="1.0"?>\n<!-- text -->\n<definition xmlns="http://definition.nexusformat.org/nxdl/3.1"\n  category="application"\n  name="${name}"\n  extends="${base}" type="group">\n  <doc>Prose.</doc>\n</definition>\n`;

test('a definition is the format that it extends, and NeXus where it extends an object', () => {
  assert.deepEqual(formatOf(definitionOf(nxdl('NXxrot', 'NXxbase'))).isA, ['NXxbase']);
  assert.deepEqual(formatOf(definitionOf(nxdl('NXmx', 'NXobject'))), {
    id: 'NXmx',
    label: 'NeXus NXmx',
    synonyms: ['NeXus mx', 'NXmx file'],
    isA: ['NeXus'],
    mark: { path: '/*/definition', value: 'NXmx' },
    source: 'https://manual.nexusformat.org/classes/applications/NXmx.html',
  });
});

test('a definition without a name is refused', () => {
  assert.throws(() => definitionOf('<definition extends="NXobject">'), /has no name/);
});

test('the file has the definitions by name, the release and the commit, and none of their text', () => {
  const folder = temporaryFolder({ after });
  mkdirSync(join(folder, 'applications'));
  writeFileSync(join(folder, 'NXDL_VERSION'), 'v2026.01\n');
  for (const name of ['NXtomo', 'NXmx'])
    writeFileSync(join(folder, `applications/${name}.nxdl.xml`), nxdl(name, 'NXobject'));
  writeFileSync(join(folder, 'applications/README.md'), 'no definition');
  const text = definitionsFile(folder, '0ad0f78');
  const { about, formats } = JSON.parse(text);
  assert.deepEqual([about.version, about.commit], ['v2026.01', '0ad0f78']);
  assert.deepEqual(
    formats.map(({ id }: { id: string }) => id),
    ['NXmx', 'NXtomo'],
  );
  assert.doesNotMatch(text, /Prose/);
});
