import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatsCommand } from '../../../src/cli/vocabulary/formats.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { loadVocabulary } from '../../../src/vocabulary/load.ts';
import { collect } from '../collect.ts';

async function run(...words: string[]) {
  const output = collect();
  await formatsCommand(output).parseAsync(words, { from: 'user' });
  return { stdout: output.stdout(), stderr: output.stderr() };
}

describe('panfed formats', () => {
  test('lists every format without a term', async () => {
    const { stdout, stderr } = await run();
    const lines = stdout.trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^FORMAT +LABEL +IS +ENDINGS +MEDIA TYPES$/);
    assert.equal(lines.length - 1, loadVocabulary().formats().length);
    assert.match(stdout, /^NeXus +NeXus +in HDF5 +\.nxs /m);
    assert.equal(stderr, '');
  });

  test('shows what is known of the one format that a term means, whose words need no quotes', async () => {
    const { stdout } = await run('nexus', 'tomo');
    assert.match(stdout, /^format +NXtomo$/m);
    assert.match(stdout, /^is +NeXus$/m);
    assert.match(stdout, /^mark +\/\*\/definition = NXtomo$/m);
    const tiff = (await run('image/tiff')).stdout;
    assert.match(tiff, /^magic +49492a00, 4d4d002a/m);
    assert.match(tiff, /^includes .*OME-TIFF/m);
    assert.match(tiff, /^EDAM +format_3591$/m);
    assert.match((await run('dicom')).stdout, /^magic +4449434d at 128$/m);
  });

  test('lists the owners of an ending that several formats have, and reports that it is ambiguous', async () => {
    const { stdout, stderr } = await run('.h5');
    for (const id of ['HDF5', 'NeXus', 'Eiger-HDF5', 'Data-Exchange', 'openPMD'])
      assert.match(stdout, new RegExp(`^${id} `, 'm'));
    assert.match(stderr, /^\.h5 is ambiguous: \d+ formats have it/);
  });

  test('reports which format a name means that others have as an ending', async () => {
    const { stdout, stderr } = await run('h5');
    assert.match(stdout, /^NeXus /m);
    assert.match(stderr, /as a name, h5 is HDF5/);
  });

  test('gives JSON with the one that is meant, or null, and what each includes', async () => {
    const ambiguous = JSON.parse((await run('.spe', '--format', 'json')).stdout);
    assert.equal(ambiguous.meant, null);
    assert.deepEqual(
      ambiguous.formats.map(({ id }: { id: string }) => id),
      ['Princeton-SPE', 'Maestro-SPE', 'ISIS-SPE'],
    );
    const { term, meant, formats } = JSON.parse((await run('NeXus', '--format', 'json')).stdout);
    assert.deepEqual([term, meant, formats[0].in], ['NeXus', 'NeXus', 'HDF5']);
    assert(formats[0].includes.includes('NXmx'));
    assert.equal(
      JSON.parse((await run('--format', 'json')).stdout).formats.length,
      loadVocabulary().formats().length,
    );
  });

  test('fails with USAGE and the nearest names for a term that no format has', async () => {
    await assert.rejects(run('nexsu'), (error) => {
      assert(error instanceof FederationError);
      assert.equal(error.code, 'USAGE');
      assert.match(error.message, /no format "nexsu"/);
      assert.match(error.hint ?? '', /^Did you mean NeXus/);
      return true;
    });
  });
});
