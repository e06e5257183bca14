import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readDocument } from '../../src/config/document.ts';
import { shippedName, shippedValue } from '../../src/config/shipped-yaml.ts';
import { parseYaml, readYaml } from '../../src/config/yaml.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DEMO = readFileSync(new URL('../../federation.yaml', import.meta.url), 'utf8');

test('a file that somebody changed is read as it stands', () => {
  const changed = `${DEMO}\n# One line more.\nextra: true\n`;
  assert.equal(shippedValue(changed, { merge: false }), null);
  const { value } = readDocument(changed, null);
  assert.equal((value as { extra?: boolean }).extra, true);
});

test('a file of the package has the places that its parser gives', () => {
  const [read, parsed] = [readYaml(DEMO), parseYaml(DEMO)];
  assert.deepEqual(read.problems, parsed.problems);
  assert.deepEqual(read.value(), parsed.value());
  for (const path of [[], ['facilities', 3, 'registries', 0, 'pull'], ['facilities', 0, 'nothing']]) {
    assert.deepEqual(read.place(path), parsed.place(path));
    assert.deepEqual(read.place(path, 'key'), parsed.place(path, 'key'));
  }
  assert.deepEqual(read.position(1_000), parsed.position(1_000));
});

test('what each reader gets is its own', () => {
  const first = readYaml(DEMO).value() as { facilities: unknown[] };
  first.facilities.length = 0;
  assert.deepEqual(readYaml(DEMO).value(), parseYaml(DEMO).value());
});

test('a text is looked for as it is to be read, and parsed where what was built cannot be read', (context) => {
  const place = temporaryFolder(context);
  const folder = pathToFileURL(`${place}/`);
  const text = `a: ${'x'.repeat(2_000)}`;
  writeFileSync(join(place, shippedName(text, true)), '[1]');
  assert.deepEqual(shippedValue(text, { merge: true, folder }), { value: [1] });
  assert.equal(shippedValue(text, { merge: false, folder }), null);
  writeFileSync(join(place, shippedName(text, true)), '[1');
  assert.equal(shippedValue(text, { merge: true, folder }), null);
});
