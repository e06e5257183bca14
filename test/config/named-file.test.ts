import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { readNamedJson, readNamedText } from '../../src/config/named-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function folderWith(context: TestContext, text: string): Promise<string> {
  const folder = temporaryFolder(context);
  await writeFile(join(folder, 'file'), text);
  return folder;
}

describe('a file that federation.yaml names', () => {
  test('is read from the folder of federation.yaml, up to its last allowed byte', async (context) => {
    const baseDirectory = await folderWith(context, '{"ä":1}');
    const file = { path: 'file', baseDirectory, maxBytes: 8, at: 'key' };
    assert.equal(await readNamedText(file), '{"ä":1}');
    assert.deepEqual(await readNamedJson(file, 'Write JSON.'), { ä: 1 });
  });

  for (const [name, path, maxBytes, message] of [
    ['is missing', 'none', 8, 'the file none cannot be read (ENOENT)'],
    ['is a folder', '.', 8, 'the file . cannot be read (EISDIR)'],
    ['has a byte too many', 'file', 3, 'the file file is larger than 3 bytes'],
    ['is no JSON', 'file', 8, 'the file file is not JSON'],
  ] as const) {
    test(`that ${name} is CONFIG_INVALID, with the key that names it`, async (context) => {
      const baseDirectory = await folderWith(context, '{"a"');
      const file = { path, baseDirectory, maxBytes, at: 'key' };
      await assert.rejects(readNamedJson(file, 'Write JSON.'), {
        code: 'CONFIG_INVALID',
        at: 'key',
        message,
      });
    });
  }
});
