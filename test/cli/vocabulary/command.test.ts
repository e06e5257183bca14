import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { vocabularyCommand } from '../../../src/cli/vocabulary/command.ts';
import type { FederationError } from '../../../src/model/errors.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { collect } from '../collect.ts';

const TABLE = `number,ID,Label,Parent
,ID,A rdfs:label,SC %
1,http://purl.org/pan-science/PaNET/PaNET00001,technique,owl:Thing
2,http://purl.org/pan-science/PaNET/PaNET00002,imaging,technique
`;

async function run(words: readonly string[]) {
  const output = collect();
  const failure = await vocabularyCommand(output)
    .parseAsync(['import', 'panet', ...words], { from: 'user' })
    .then(
      () => null,
      (error: FederationError) => error,
    );
  return { failure, stdout: output.stdout(), stderr: output.stderr() };
}

describe('panfed vocabulary import panet', () => {
  test('prints techniques, or writes them in place of what is there, and says how many', async (context) => {
    const folder = temporaryFolder(context);
    const file = join(folder, 'PaNET.csv');
    await writeFile(file, TABLE);
    const printed = await run([file, '--release', '1.4']);
    assert.equal(printed.failure, null);
    const { about, techniques } = JSON.parse(printed.stdout);
    assert.equal(about.version, '1.4');
    assert.deepEqual(techniques, [
      { id: 'PaNET00001', label: 'technique', synonyms: [], parents: [] },
      { id: 'PaNET00002', label: 'imaging', synonyms: [], parents: ['PaNET00001'] },
    ]);
    const target = join(folder, 'techniques.json');
    for (const _ of [1, 2]) {
      const written = await run([file, '--release', '1.4', '--output', target]);
      assert.equal(written.stderr, `wrote 2 techniques to ${target}\n`);
      assert.equal(written.stdout, '');
    }
    assert.equal(await readFile(target, 'utf8'), printed.stdout);
  });

  test('says where it cannot be read, and leaves the file that is there as it is', async (context) => {
    const folder = temporaryFolder(context);
    const [file, target] = [join(folder, 'PaNET.csv'), join(folder, 'techniques.json')];
    await writeFile(file, TABLE.replace(',technique\n', ',"(not \'technique\')"\n'));
    await writeFile(target, 'mine');
    const { failure } = await run([file, '--output', target]);
    assert.deepEqual([failure?.code, failure?.at], ['USAGE', `${file}:4`]);
    assert.equal(await readFile(target, 'utf8'), 'mine');
    assert.match((await run([join(folder, 'none')])).failure?.message ?? '', /cannot be read \(ENOENT\)/);
  });
});
