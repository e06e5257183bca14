import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BOUNDS } from '../../../src/model/bounds.ts';
import { MalformedNode } from '../../../src/sources/source.ts';
import { ingestNode, labels, node, reason, record, rule, valid } from '../../support/catalog.ts';
import { condition, digestOf, NO_LICENSE, trustOf } from '../../support/records.ts';

describe('what an image is', () => {
  test('a node with a name alone is a total record in which everything is unknown', () => {
    assert.deepEqual(record(node()), {
      id: `esrf/main/em/relion@${digestOf(1)}`,
      reference: `registry.esrf.example:5000/science/em/relion@${digestOf(1)}`,
      tags: ['3.1'],
      upstreamId: 'n1',
      facility: 'esrf',
      registry: 'main',
      repository: 'em/relion',
      digest: digestOf(1),
      title: null,
      description: null,
      documentation: null,
      source: null,
      created: null,
      size: null,
      platforms: [],
      manifests: [],
      environment: [],
      labels: {},
      droppedLabels: [],
      frameworks: [],
      techniques: [],
      reads: [],
      writes: [],
      unmapped: [],
      license: NO_LICENSE,
      sharing: 'unknown',
      stated: { sharing: 'unknown' },
      listed: false,
      suppliedBy: 'unknown',
      groups: [],
      claims: { signed: false, signers: [] },
      attachments: { listed: [], doubtedSince: null },
      trust: trustOf('unsigned'),
      requires: {
        architectures: [],
        cpus: null,
        memory: null,
        gpu: null,
        mpi: null,
        engines: [],
        glibc: null,
      },
    });
  });

  test('a digest of SHA-512 names it as one of SHA-256 does', () => {
    const digest = `sha512:${'a'.repeat(128)}`;
    assert.equal(record(node({ digest })).id, `esrf/main/em/relion@${digest}`);
  });

  test('without a digest it is one record a tag', () => {
    const records = valid(node({ digest: null, tags: ['b', 'a', 'b'] }));
    assert.deepEqual(
      records.map(({ id, tags, reference }) => ({ id, tags, reference })),
      [
        {
          id: 'esrf/main/em/relion:a',
          tags: ['a'],
          reference: 'registry.esrf.example:5000/science/em/relion:a',
        },
        {
          id: 'esrf/main/em/relion:b',
          tags: ['b'],
          reference: 'registry.esrf.example:5000/science/em/relion:b',
        },
      ],
    );
  });

  test('with neither digest nor tag it is quarantined', () => {
    assert.match(reason(node({ digest: null, tags: [] })), /neither a digest nor a tag/);
  });

  for (const [what, fields] of Object.entries({
    'another facility': { facility: 'desy' },
    'another registry': { registry: 'hub' },
    'a facility that is no text': { facility: ['esrf'] },
  })) {
    test(`a record that claims ${what} is quarantined`, () => {
      assert.match(reason(node(fields)), /^(facility|registry): expected none but/);
    });
  }

  test('a record that names its own place is welcome', () => {
    assert.equal(record(node({ facility: 'esrf', registry: 'main' })).facility, 'esrf');
  });

  for (const [field, bad] of [
    ['repository', 'EM/relion'],
    ['repository', 'em//relion'],
    ['repository', 'em/relion;rm'],
    ['repository', '../relion'],
    ['repository', `${'a'.repeat(BOUNDS.repository)}a`],
    ['repository', undefined],
    ['digest', 'sha256:abc'],
    ['digest', `sha256:${'A'.repeat(64)}`],
    ['digest', `sha512:${'a'.repeat(64)}`],
    ['digest', `sha384:${'a'.repeat(96)}`],
    ['digest', 7],
    ['tags', ['-3.1']],
    ['tags', ['3.1 ']],
    ['tags', [`${'a'.repeat(129)}`]],
    ['tags', '3.1'],
    ['tags', [null]],
  ] as const) {
    test(`${field} ${JSON.stringify(bad)?.slice(0, 30)} is no name, and is not mended`, () => {
      assert.match(reason(node({ [field]: bad })), new RegExp(`^${field}`));
    });
  }

  test('what a source could not read at all is quarantined with its reason', () => {
    assert.deepEqual(ingestNode(new MalformedNode('line 12', 'not JSON')), {
      quarantined: { subject: 'line 12', reason: 'not JSON', repository: null },
      ids: [],
    });
  });
});

describe('what it is like', () => {
  test('names become ids of the vocabulary, and what matched nothing is kept as it was written', () => {
    const { frameworks, techniques, reads, writes, unmapped } = record(
      node({
        frameworks: [
          { name: 'RELION', version: '3.1' },
          { name: 'HomeMade', version: null },
        ],
        techniques: ['cryo-EM', 'Electron Cryo-Microscopy', 'dowsing'],
        reads: ['mrc', 'hdf5'],
        writes: ['FancyFormat'],
      }),
    );
    assert.deepEqual(frameworks, [
      { name: 'HomeMade', version: null, raw: 'HomeMade' },
      { name: 'relion', version: '3.1', raw: 'RELION' },
    ]);
    assert.deepEqual(techniques, ['PaNET01168']);
    assert.deepEqual(reads, ['HDF5', 'MRC']);
    assert.deepEqual(writes, []);
    assert.deepEqual(unmapped, ['FancyFormat', 'HomeMade', 'dowsing']);
  });

  test('a framework that is spelled twice is one, under its first spelling', () => {
    const twice = [{ name: 'relion' }, { name: 'RELION' }];
    const both = [record(node({ frameworks: twice })), record(node({ frameworks: twice.toReversed() }))];
    for (const { frameworks } of both) {
      assert.deepEqual(frameworks, [{ name: 'relion', version: null, raw: 'RELION' }]);
    }
  });

  test('text is made well-formed, NFC, inert and trimmed', () => {
    const { title, description } = record(
      node({ title: ' Cafe\u0301 \u202Eevil\u0007\uD800 ', description: 'one\r\ntwo\u001B[2J' }),
    );
    assert.equal(title, 'Café evil \uFFFD');
    assert.equal(description, 'one\ntwo [2J');
  });

  test('a link is http or https and without a password, else nobody knows it', () => {
    for (const documentation of ['javascript:alert(1)', 'ftp://x.example', 'https://a:b@x.example', 'x']) {
      assert.equal(record(node({ documentation })).documentation, null, documentation);
    }
    const { documentation } = record(node({ documentation: 'HTTPS://X.example/a"b' }));
    assert.equal(documentation, 'https://x.example/a%22b');
  });

  test('numbers that are no amounts are unknown, and what is no number breaks the record', () => {
    assert.equal(record(node({ size: -1 })).size, null);
    assert.equal(record(node({ size: 1.5 })).size, null);
    assert.equal(record(node({ size: 12 })).size, 12);
    assert.match(reason(node({ size: '12' })), /^size: expected a number, got "12"/);
  });

  test('requirements are a sorted set in small letters, and a GPU has a vendor', () => {
    const requires = {
      architectures: ['x86_64', 'AArch64'],
      engines: ['Docker', 'apptainer'],
      gpu: null,
      glibc: '2.34\n',
    };
    assert.deepEqual(record(node({ requires })).requires, {
      architectures: ['aarch64', 'x86_64'],
      cpus: null,
      memory: null,
      gpu: null,
      mpi: null,
      engines: ['apptainer', 'docker'],
      glibc: '2.34',
    });
    assert.match(reason(node({ requires: { gpu: { minimumCuda: '11' } } })), /^requires\.gpu\.vendor/);
  });

  test('labels describe what the registry left unsaid, and not what it said', () => {
    const described = labels({ 'org.opencontainers.image.title': 'Label', 'about.license': 'XDS' });
    assert.equal(record(node({ labels: described })).title, 'Label');
    assert.equal(record(node({ labels: described })).license.expression, 'LicenseRef-XDS');
    assert.equal(record(node({ title: 'Lab', labels: described })).title, 'Lab');
  });

  test('label-version-inherited: the version of a base image is not the software’s, whoever names the software', () => {
    const ubuntu = {
      'org.opencontainers.image.ref.name': 'ubuntu',
      'org.opencontainers.image.version': '22.04',
    };
    const byLabel = record(node({ labels: labels({ ...ubuntu, 'io.panfed.frameworks': 'relion' }) }));
    assert.deepEqual(byLabel.frameworks, [{ name: 'relion', version: null, raw: 'relion' }]);
    const frameworks = [{ name: 'RELION', version: '5.0' }];
    const title = labels({ ...ubuntu, 'org.opencontainers.image.title': 'Ubuntu' });
    const byRegistry = record(node({ frameworks, labels: title }));
    assert.deepEqual([byRegistry.frameworks[0]?.version, byRegistry.title], ['5.0', null]);
  });

  test('a label that says it is signed is a claim', () => {
    const { trust } = record(node({ labels: labels({ 'io.panfed.signers': '["ESRF"]' }) }));
    assert.deepEqual(trust, trustOf('claimed', ['ESRF']));
  });

  test('a trust that a registry states is not read at all', () => {
    const { trust } = record(node({ trust: { state: 'verified', signers: ['ESRF'] } }));
    assert.deepEqual(trust, trustOf('unsigned'));
  });
});

/** A statement of the facility, or of a label. */
const said = (text: string, expression: string | null, label: string | null = null) => ({
  ...{ text, state: expression === null ? 'declared' : 'normalized', expression },
  ...{ origin: label === null ? 'facility' : 'label', label },
});

describe('on what terms', () => {
  test('the license is read by the vocabulary, with its conditions', () => {
    assert.deepEqual(record(node({ license: 'XDS' })).license, {
      state: 'normalized',
      expression: 'LicenseRef-XDS',
      raw: 'XDS',
      conditions: [condition('academic', { origin: 'license' })],
      conditionsKnown: true,
      statements: [said('XDS', 'LicenseRef-XDS')],
    });
  });

  test('a text that is not recognized is declared, and its conditions are not known', () => {
    assert.deepEqual(record(node({ license: 'ask Bob' })).license, {
      state: 'declared',
      expression: null,
      raw: 'ask Bob',
      conditions: [],
      conditionsKnown: false,
      statements: [said('ask Bob', null)],
    });
  });

  test('conditions are known when the facility states them, also that there are none', () => {
    const unheard = { license: 'LicenseRef-unheard' };
    assert.equal(record(node(unheard)).license.conditionsKnown, false);
    assert.equal(record(node({ ...unheard, conditions: [] })).license.conditionsKnown, true);
    assert.equal(record(node(unheard), [rule({ conditions: [] })]).license.conditionsKnown, true);
    const byLabel = labels({ 'io.panfed.conditions': '[{"kind":"academic"}]' });
    assert.equal(record(node({ ...unheard, labels: byLabel })).license.conditionsKnown, false);
  });

  test('a license in a label holds beside the facility’s, and never in place of it', () => {
    const both = (license: string | null, label: string) =>
      record(node({ license, conditions: [], labels: labels({ 'about.license': label }) })).license;
    assert.deepEqual(both('MIT', 'XDS'), {
      state: 'normalized',
      expression: 'LicenseRef-XDS AND MIT',
      raw: 'XDS; MIT',
      conditions: [condition('academic', { origin: 'license' })],
      conditionsKnown: true,
      statements: [said('MIT', 'MIT'), said('XDS', 'LicenseRef-XDS', 'about.license')],
    });
    assert.deepEqual(both('XDS', 'ask Bob'), {
      state: 'declared',
      expression: null,
      raw: 'XDS; ask Bob',
      conditions: [condition('academic', { origin: 'license' })],
      conditionsKnown: false,
      statements: [said('XDS', 'LicenseRef-XDS'), said('ask Bob', null, 'about.license')],
    });
  });

  test('the facility’s conditions are those of its own license, or of the labels’ where it has none', () => {
    const known = (license: string | null, ...[oci, about]: string[]) => {
      const stated = { 'org.opencontainers.image.licenses': oci ?? '', 'about.license': about ?? '' };
      return record(node({ license, conditions: [], labels: labels(stated) })).license.conditionsKnown;
    };
    assert.equal(known('MIT', 'LicenseRef-unheard'), false);
    assert.equal(known('LicenseRef-unheard', 'MIT'), true);
    assert.equal(known('LicenseRef-unheard', 'LicenseRef-unheard'), true);
    assert.equal(known(null, 'LicenseRef-unheard', 'MIT'), true);
  });

  test('the conditions of registry, federation.yaml, license and labels are joined, each with who stated it', () => {
    const said = node({
      license: 'XDS',
      conditions: [{ kind: 'site', facilities: ['ESRF', 'dls', 'unheard-of'] }],
      labels: labels({ 'io.panfed.conditions': '[{"kind":"nonCommercial"},{"kind":"academic"}]' }),
    });
    const groups = ['urn:geant:esrf.eu:group:em'];
    const { conditions } = record(said, [
      rule({ conditions: [{ kind: 'registeredGroup', groups }] }),
    ]).license;
    assert.deepEqual(conditions, [
      condition('academic', { origin: 'license' }),
      condition('nonCommercial', { origin: 'label' }),
      condition('registeredGroup', { groups }),
      condition('site', { sites: ['dls', 'esrf', 'unheard-of'] }),
    ]);
  });

  test('a group in a label that is none leaves a condition that nobody meets', () => {
    const unreadable = labels({ 'io.panfed.conditions': '[{"kind":"registeredGroup","groups":["em"]}]' });
    assert.deepEqual(record(node({ labels: unreadable })).license.conditions, [
      condition('registeredGroup', { origin: 'label' }),
    ]);
  });
});

describe('what breaks a record', () => {
  const URN = 'urn:geant:esrf.eu:group:em';
  for (const [what, fields] of Object.entries({
    'an unknown sharing': { sharing: 'opne' },
    'an unknown supplier': { suppliedBy: 'robot' },
    'an unknown condition': { conditions: [{ kind: 'fullMoon' }] },
    'a condition without a kind': { conditions: [{}] },
    'a group that is none': { groups: [URN, 'em'] },
    'a group in a condition that is none': { conditions: [{ kind: 'registeredGroup', groups: ['em'] }] },
    'a listed that is neither true nor false': { listed: 'yes' },
    'a list that is none': { techniques: 'tomography' },
    'an entry that is no text': { reads: [null] },
    'a framework without a name': { frameworks: [{ version: '1' }] },
    'a label with two values': { labels: [...labels({ a: '1' }), ...labels({ a: '2' })] },
    'too long a title': { title: 'x'.repeat(BOUNDS.title + 1) },
    'too long a description': { description: 'x'.repeat(BOUNDS.description + 1) },
    'too many labels': {
      labels: Array.from({ length: BOUNDS.labels + 1 }, (_, i) => ({ name: `${i}`, value: '' })),
    },
    'too many bytes in all': {
      labels: Array.from({ length: 64 }, (_, i) => ({ name: `${i}`, value: 'x'.repeat(BOUNDS.labelValue) })),
    },
  })) {
    test(`${what} quarantines it, and says why`, () => {
      const result = ingestNode(node(fields));
      assert.ok('quarantined' in result);
      assert.equal(result.quarantined.subject, `em/relion@${digestOf(1)}`);
      assert.ok(!('cause' in result), 'it is no fault of ours');
      assert.deepEqual(result.ids, [`esrf/main/em/relion@${digestOf(1)}`]);
    });
  }

  test('a label that is too long costs itself and not the record', () => {
    const long = 'x'.repeat(BOUNDS.description + 1);
    const result = ingestNode(node({ labels: labels({ 'org.opencontainers.image.description': long }) }));
    assert.ok('records' in result);
    assert.equal(result.records[0]?.description, null);
    assert.equal(result.problems.length, 1);
  });

  test('too many tags quarantine it too', () => {
    const tags = Array.from({ length: BOUNDS.entryTags + 1 }, (_, index) => `t${index}`);
    assert.match(reason(node({ tags })), /^tags: 1025 entries, at most 1024 are allowed/);
  });

  test('the reason is one inert, bounded line', () => {
    const text = reason(node({ sharing: `\u001B[2J\u202E${'x'.repeat(5_000)}` }));
    assert.match(text, /^sharing: expected one of open, conditional, none, unknown, got "/);
    assert.ok(text.length < 200 && !/[\p{Cc}\p{Cf}]/u.test(text));
  });
});
