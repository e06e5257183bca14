import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { shippedYaml, shipYaml } from '../../scripts/shipped-yaml.ts';
import { shippedName, shippedValue } from '../../src/config/shipped-yaml.ts';
import { parseYaml } from '../../src/config/yaml.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = new URL('../../', import.meta.url);

describe('what the YAML files of the package say', () => {
  for (const { path, merge } of shippedYaml(ROOT)) {
    test(`${path} says in the build what its parser reads`, () => {
      const text = readFileSync(new URL(path, ROOT), 'utf8');
      const { problems, value } = parseYaml(text, { merge });
      assert.deepEqual(problems, []);
      assert.deepEqual(shippedValue(text, { merge }), { value: value() });
    });
  }

  test('is the same in each build, byte for byte, and nothing else is there', (context) => {
    const folder = pathToFileURL(`${join(temporaryFolder(context), 'yaml')}/`);
    const built = (url: URL) =>
      readdirSync(url).map((name) => [name, readFileSync(new URL(name, url), 'utf8')]);
    shipYaml(ROOT, folder);
    assert.deepEqual(built(folder), built(new URL('dist/yaml/', ROOT)));
    shipYaml(ROOT, folder);
    assert.deepEqual(built(folder), built(new URL('dist/yaml/', ROOT)));
    assert.deepEqual(
      readdirSync(folder),
      shippedYaml(ROOT)
        .map(({ path, merge }) => shippedName(readFileSync(new URL(path, ROOT), 'utf8'), merge))
        .sort(),
    );
  });
});
