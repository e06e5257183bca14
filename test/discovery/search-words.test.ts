// Searches as people write them: each case is named after what was reported.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { add, emptyBits, has } from '../../src/catalog/bitset.ts';
import { buildSnapshotIndex } from '../../src/catalog/index/snapshot-index.ts';
import { searchSnapshot } from '../../src/discovery/search.ts';
import { readSearch } from '../../src/discovery/search-terms.ts';
import type { ImageRecord } from '../../src/model/image.ts';
import { createPace } from '../../src/model/pace.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import fc, { runs } from '../support/fast-check.ts';
import { digestOf, imageRecord } from '../support/records.ts';

const vocabulary = loadVocabulary();
const NEVER = new AbortController().signal;

let seed = 0;
function image(overrides: Partial<ImageRecord>): ImageRecord {
  seed += 1;
  return imageRecord({
    ...{ digest: digestOf(seed), title: null, description: null, frameworks: [], tags: ['latest'] },
    ...{ techniques: [], reads: [], writes: [] },
    ...overrides,
  });
}

const techniques = (...names: string[]) => names.flatMap((name) => vocabulary.technique(name)?.id ?? []);
const framework = (raw: string, version: string | null) => ({
  name: vocabulary.framework(raw) ?? raw,
  version,
  raw,
});

/** The repositories that a search finds, best first, of equally good ones in code-unit order. */
async function found(
  records: readonly ImageRecord[],
  search: string,
  facilityName = 'Karlsruher Institut',
): Promise<string[]> {
  const snapshot = {
    ...{ serial: 1, facility: 'kit', registry: 'main', generation: 'g', crawledAt: 0 },
    ...{ records, quarantined: [], quarantinedCount: 0 },
  };
  const pace = createPace();
  const snapshotIndex = await buildSnapshotIndex(
    snapshot,
    { vocabulary, facilityName: () => facilityName },
    pace,
  );
  const visible = emptyBits(records.length);
  for (const document of records.keys()) add(visible, document);
  const terms = readSearch(search)?.terms;
  assert.ok(terms, 'there is a search');
  const { bits, scores } = await searchSnapshot(snapshotIndex, terms, visible, pace, NEVER);
  return [...records.keys()]
    .filter((document) => has(bits, document))
    .map((document) => ({ name: records[document]?.repository ?? '', score: scores[document] ?? 0 }))
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

describe('search-version: a number is a version', () => {
  const relion = (repository: string, version: string, tag = version) =>
    image({
      repository,
      title: `RELION ${version}`,
      tags: [tag],
      frameworks: [framework('relion', version)],
    });
  const RECORDS = [
    relion('em/old', '2.1'),
    relion('em/a', '3.0.4'),
    relion('em/b', '4.0.1'),
    relion('em/beta', '4.0-beta-2'),
    relion('em/c', '5.0.0', 'v5.0.0-cuda11.5'),
    image({
      repository: 'em/both',
      frameworks: [framework('relion', '3.1'), framework('ctffind', '5.0')],
    }),
    image({ repository: 'mx/hdf', reads: ['HDF5'], frameworks: [framework('relion', '2.0')] }),
  ];

  for (const [search, right] of [
    ['relion 4.0.1', ['em/b']],
    ['relion 3.1', ['em/both']],
    ['relion 3', ['em/a', 'em/both']],
    ['relion 5.0.0', ['em/c', 'em/both']],
    ['relion:5.0.0', ['em/c', 'em/both']],
    ['relion-5.0', ['em/c', 'em/both']],
    ['relion 5', ['em/c', 'em/both']],
    ['RELION v5', ['em/c', 'em/both']],
    ['relion5', ['em/c']],
    ['relion 4.0', ['em/b', 'em/beta']],
    ['relion 4.0-beta-2', ['em/beta']],
    ['relion 2', ['em/old', 'mx/hdf']],
    ['5', ['em/c', 'em/both']],
    ['relion 11.5', ['em/c']],
  ] as const) {
    test(`"${search}" finds ${right.join(', ')}`, async () => {
      assert.deepEqual(await found(RECORDS, search), right);
    });
  }

  for (const [search, right] of [
    ['relion 4.x', ['em/b', 'em/beta']],
    ['relion 5.*', ['em/c', 'em/both']],
    ['relion version 5', ['em/c', 'em/both']],
    ['relion v. 5', ['em/c', 'em/both']],
    ['release 2 of relion', ['em/old', 'mx/hdf']],
  ] as const) {
    test(`"${search}" is the version as people say it`, async () => {
      assert.deepEqual(await found(RECORDS, search), right);
    });
  }

  test('a commit and a dimension are no versions', async () => {
    const records = [
      image({
        ...{ repository: 'a', title: 'RELION 2.1 for 3D refinement and 2D classes' },
        ...{ tags: ['5f3c2a1', 'sha-4abc123'], frameworks: [framework('relion', '2.1')] },
      }),
    ];
    for (const search of ['relion 5', 'relion 4', 'relion 3'])
      assert.deepEqual(await found(records, search), []);
    for (const search of ['relion 3d', 'relion 2D', '5f3c2a1', 'relion 2'])
      assert.deepEqual(await found(records, search), ['a'], search);
  });

  test('letters behind a number are of its version where versions have them', async () => {
    for (const version of ['2023a', '5beta2', '4rc1', '2Aug2023', 'v5dev', '20230405b']) {
      const records = [image({ repository: 'a', frameworks: [framework('lammps', version)] })];
      assert.deepEqual(await found(records, `lammps ${version}`), ['a'], version);
      assert.deepEqual(await found(records, 'lammps 7'), [], version);
    }
  });

  test('another number is no typing error', async () => {
    const records = ['R2022b', 'R2023b'].map((version) =>
      image({ repository: version.toLowerCase(), title: `MATLAB ${version}`, tags: [version] }),
    );
    assert.deepEqual(await found(records, 'matlab R2022b'), ['r2022b']);
  });

  test('a year finds the days of it that are versions', async () => {
    const records = [
      image({ repository: 'a', title: 'XDS', frameworks: [framework('xds', '20240723')] }),
      image({ repository: 'b', title: 'XDS', tags: ['20241231-1'] }),
      image({
        repository: 'c',
        title: 'XDS',
        tags: ['202407231'],
        frameworks: [framework('xds', '20230630')],
      }),
    ];
    assert.deepEqual(await found(records, 'xds 2024'), ['a', 'b']);
    assert.deepEqual(await found(records, 'xds 2023'), ['c']);
  });

  test('a number in running text is none', async () => {
    const records = [image({ repository: 'a', title: 'RELION', description: 'replaces version 5 of 2024' })];
    assert.deepEqual(await found(records, 'relion 5'), []);
    assert.deepEqual(await found(records, 'relion'), ['a']);
  });

  test('a number that belongs to a name stays in it', async () => {
    const records = [
      image({ repository: 'a', frameworks: [framework('EMAN2', '2.99')] }),
      image({ repository: 'b', frameworks: [framework('ctffind4', '4.1.14')] }),
    ];
    for (const search of ['eman2', 'eman 2', 'EMAN-2']) assert.deepEqual(await found(records, search), ['a']);
    for (const search of ['ctffind4', 'ctffind 4']) assert.deepEqual(await found(records, search), ['b']);
    assert.deepEqual(await found(records, 'ctffind5'), []);
  });
});

describe('search-symbols: signs alone are not words', () => {
  const RECORDS = [image({ repository: 'a', title: 'Slices' })];
  for (const search of ['++', '*', '"', '\u{1F52C}', '\ud800']) {
    test(`${JSON.stringify(search)} finds nothing`, async () => {
      assert.deepEqual(readSearch(search)?.terms, []);
      assert.deepEqual(await found(RECORDS, search), []);
    });
  }

  test('an empty or blank search is not a search', () => {
    for (const search of [null, '', ' \t\n']) assert.equal(readSearch(search), null);
  });
});

describe('words as people write them', () => {
  const TOMO = image({
    repository: 'tomo/a',
    title: 'Slices',
    description: 'Reconstruction of a tomogram',
    techniques: techniques('x-ray tomography', 'time-of-flight'),
    reads: ['HDF5'],
  });
  const SCIKIT = image({ repository: 'py/b', title: 'scikit-learn' });
  const POSE = image({ repository: 'cells/b', title: 'Pose', description: 'Segments cells' });
  const POWDER = image({ repository: 'powder/a', title: 'EasyDiffraction 0.6' });
  const CRYO = image({ repository: 'em/sparc', frameworks: [framework('cryosparc', '4.4')] });
  const MORK = image({ repository: 'p/h', title: 'Mörk', description: 'Röntgenstrahlen im Café' });
  const STRASSE = image({ repository: 'p/l', title: 'Straße' });
  const SAXS = image({ repository: 'p/a', title: 'Integration', techniques: techniques('SAXS') });
  const EXAFS = image({ repository: 'p/b', title: 'Fits', techniques: techniques('EXAFS') });
  const ARPES = image({ repository: 'p/c', title: 'Bands', techniques: techniques('ARPES') });
  const MICRO = image({ repository: 'p/m', title: '\u00b5CT viewer', description: 'Any micro-CT' });
  const ALL = [TOMO, SCIKIT, POSE, POWDER, CRYO, MORK, STRASSE, SAXS, EXAFS, ARPES, MICRO];

  for (const [name, search, right] of [
    ['search-joined-words', 'xray tomography', ['tomo/a']],
    ['search-joined-words', 'x ray tomography', ['tomo/a']],
    ['search-joined-words', 'scikitlearn', ['py/b']],
    ['search-joined-words', 'scikit learn', ['py/b']],
    ['search-joined-words', 'HDF-5', ['tomo/a']],
    ['search-joined-words', 'hdf 5', ['tomo/a']],
    ['search-joined-words', 'hdf5', ['tomo/a']],
    ['search-plural-stop', 'tomograms', ['tomo/a']],
    ['search-plural-stop', 'segmentation', ['cells/b']],
    ['search-plural-stop', 'the tomogram', ['tomo/a']],
    ['search-plural-stop', 'a reconstruction of tomograms', ['tomo/a']],
    ['search-camel', 'diffraction', ['powder/a']],
    ['search-camel', 'easy diffraction', ['powder/a']],
    ['search-camel', 'easydiffraction', ['powder/a']],
    ['search-camel', 'sparc', ['em/sparc']],
    ['search-accents', 'cafe', ['p/h']],
    ['search-accents', 'Café', ['p/h']],
    ['search-accents', 'rontgenstrahlen', ['p/h']],
    ['search-accents', 'roentgenstrahlen', ['p/h']],
    ['search-accents', 'moerk', ['p/h']],
    ['search-accents', 'mork', ['p/h']],
    ['search-accents', 'strasse', ['p/l']],
    ['search-accents', '\u00b5CT', ['p/m']],
    ['search-accents', '\u03bcct', ['p/m']],
    ['search-accents', 'micro ct viewer', ['p/m']],
    ['search-accents', 'uct', ['p/m']],
    ['search-technique-synonym', 'SAXS', ['p/a']],
    ['search-technique-synonym', 'EXAFS', ['p/b']],
    ['search-technique-synonym', 'ARPES', ['p/c']],
  ] as const) {
    test(`${name}: "${search}" finds ${right.join(', ')}`, async () => {
      assert.deepEqual(await found(ALL, search), right);
    });
  }

  for (const facilityName of [
    'Forschungszentrum Jülich',
    'Forschungszentrum Juelich',
    'Forschungszentrum Julich',
  ]) {
    test(`search-accents: ${facilityName} is found by each spelling`, async () => {
      for (const search of ['Jülich', 'Juelich', 'julich', 'J\u0075\u0308lich']) {
        assert.deepEqual(await found([SCIKIT], search, facilityName), ['py/b'], search);
      }
    });
  }

  test('x rays find all that x-ray does', async () => {
    const right = (await found(ALL, 'x-ray')).sort();
    assert.ok(right.includes('tomo/a'));
    assert.deepEqual((await found(ALL, 'x rays')).sort(), right);
  });

  test('a stop word is searched for where there is nothing else', async () => {
    const records = [
      image({ repository: 'a', title: 'The Who' }),
      image({ repository: 'b', title: 'Slices' }),
    ];
    assert.deepEqual(await found(records, 'the'), ['a']);
  });

  test('a word itself is better than another form of it, and that is better than its beginning', async () => {
    const records = [
      image({ repository: 'word', title: 'Segments' }),
      image({ repository: 'form', title: 'Segmentation' }),
      image({ repository: 'beginning', title: 'Segmentsquare' }),
    ];
    assert.deepEqual(await found(records, 'segments'), ['word', 'form', 'beginning']);
  });

  test('more than eight words are counted without stop words, and the rest is named', () => {
    const search = readSearch('one two three four five six seven of the eight nine ten');
    assert.equal(search?.terms.length, 8);
    assert.deepEqual(search?.leftOut, ['nine', 'ten']);
  });

  test('any text can be searched for, and what a title says finds it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), async (text) => {
        const search = readSearch(text);
        if (search === null || search.leftOut.length > 0) return;
        assert.deepEqual(
          await found([image({ repository: 'a', title: text })], text),
          search.terms.length > 0 ? ['a'] : [],
        );
      }),
      { numRuns: runs(200) },
    );
  });
});
