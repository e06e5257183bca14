import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runLabels } from './run-labels.ts';

describe('panfed labels init', () => {
  const folder = temporaryFolder({ after });
  let count = 0;
  let file: string;
  beforeEach(() => {
    count += 1;
    file = join(folder, `image-${count}.json`);
  });
  const init = (...words: string[]) => runLabels(['init', '--output', file, ...words]);
  const written = () => JSON.parse(readFileSync(file, 'utf8'));

  test('writes every field, which say nothing until they are filled in', async () => {
    const { error, stderr } = await init();
    assert.equal(error, null);
    assert.match(stderr, /^wrote .*image-\d\.json; edit it, then: panfed labels check /);
    assert.deepEqual(Object.keys(written()).slice(0, 3), ['title', 'description', 'documentation']);
    assert.equal((await runLabels(['print', file, '--format', 'json'])).stdout, '{}\n');
  });

  test('completes names: PaNET ids, formats, frameworks, SPDX expressions, conditions', async () => {
    const { error, stderr } = await init(
      ...[
        '--framework',
        'relion@5.0',
        '--framework',
        'labsoft',
        '--technique',
        'saxs',
        '--technique',
        'PaNET01188',
      ],
      ...['--reads', 'mrc', '--writes', 'tif', '--license', 'GPL 2', '--condition', 'Academic'],
      ...['--condition', 'site=esrf, desy', '--sharing', 'conditional', '--unlisted', '--title', 'RELION 5'],
    );
    assert.equal(error, null);
    const { title, frameworks, techniques, reads, writes, license, conditions, sharing, listed } = written();
    assert.deepEqual(
      { title, frameworks, techniques, reads, writes, license, conditions, sharing, listed },
      {
        title: 'RELION 5',
        frameworks: [
          { name: 'RELION', version: '5.0' },
          { name: 'labsoft', version: null },
        ],
        techniques: ['PaNET01188'],
        reads: ['MRC'],
        writes: ['TIFF'],
        license: 'GPL-2.0-only',
        conditions: [{ kind: 'academic' }, { kind: 'site', facilities: ['esrf', 'desy'] }],
        sharing: 'conditional',
        listed: false,
      },
    );
    for (const note of [
      'saxs is PaNET01188, small angle x-ray scattering',
      'tif is TIFF',
      'GPL 2 is GPL-2.0-only',
    ])
      assert.ok(stderr.includes(`${note}\n`) || stderr.includes(`${note},`), `${note} in ${stderr}`);
    assert.equal((await runLabels(['check', file, '--strict'])).error, null);
  });

  for (const [words, message, hint] of [
    [
      ['--technique', 'tomografy'],
      'the vocabulary has no technique "tomografy"',
      /Did you mean tomography.*panfed techniques/,
    ],
    [
      ['--technique', 'cryo-EM'],
      'the vocabulary has no technique "cryo-EM"',
      /Did you mean cryo x-ray microscopy\?/,
    ],
    [['--reads', 'MRCC'], 'the vocabulary has no format "MRCC"', /Did you mean .*MRC/],
    [['--writes', '.h5'], /^"\.h5" may be HDF5, NeXus, /, /Name the one that is meant/],
    [['--framework', 'relon@5'], 'the vocabulary has no framework "relon"', /Did you mean RELION/],
    [['--framework', ' '], 'a framework has a name', /relion@5\.0/],
    [
      ['--license', 'GPL-2.0-onyl'],
      'the vocabulary has no license "GPL-2.0-onyl"',
      /Did you mean GPL-2\.0-only/,
    ],
    [['--condition', 'academc'], 'there is no condition "academc"', /Did you mean academic\?/],
    [['--condition', 'site'], 'the condition site is never met without facilities', /--condition site=</],
    [['--condition', 'academic=esrf'], 'the condition academic has no values', /--condition academic$/],
    [['--documentation', 'relion'], 'labels cannot say this, as reported above', /^$/],
    [['--title', 'x'.repeat(102_400)], 'labels cannot say this, as reported above', /^$/],
    [['--sharing', 'open'], /argument 'open' is invalid. Allowed choices are conditional, none/, /--help/],
    [['--tehnique', 'SAXS'], /unknown option '--tehnique'/, /Did you mean --technique\?/],
  ] as const) {
    test(`refuses ${words.join(' ').slice(0, 40)}, and writes nothing`, async () => {
      const { error } = await init(...words);
      assert.equal(error?.code, 'USAGE');
      if (typeof message === 'string') assert.equal(error?.message, message);
      else assert.match(error?.message ?? '', message);
      assert.match(error?.hint ?? '', hint);
      assert.throws(() => written());
    });
  }

  test('keeps the lab’s own words with --as-written', async () => {
    const { error } = await init(
      '--as-written',
      '--technique',
      'cryo-EM',
      '--framework',
      'relon@5',
      '--license',
      'ask us',
    );
    assert.equal(error, null);
    assert.deepEqual(
      [written().techniques, written().frameworks[0].name, written().license],
      [['cryo-EM'], 'relon', 'ask us'],
    );
  });

  test('notes the license that the authors of a framework state, where none is given', async () => {
    assert.match(
      (await init('--framework', 'relion')).stderr,
      /the license of RELION is GPL-2\.0-only by its authors: --license "GPL-2\.0-only"\n/,
    );
  });

  test('replaces no file without --force', async () => {
    await init('--title', 'one');
    const { error } = await init('--title', 'two');
    assert.deepEqual([error?.code, error?.hint], ['USAGE', '--force replaces it.']);
    assert.equal(written().title, 'one');
    assert.equal((await init('--title', 'two', '--force')).error, null);
    assert.equal(written().title, 'two');
  });
});
