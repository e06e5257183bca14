import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { type LabelFacts, type Restrictions, sbomsOf } from '../../src/sources/labels.ts';
import fc from '../support/fast-check.ts';
import { readLabels, textsOf } from '../support/labels.ts';
import { needsShared, sharedData } from '../support/shared.ts';

const UNRESTRICTED: Restrictions = { conditions: [], listed: true, sharing: null };
const told = (facts: LabelFacts) => facts.problems.map(({ label }) => label);

describe('labels describe an image', () => {
  test('by OCI’s keys', () => {
    const { described, restrictions, problems } = readLabels({
      'org.opencontainers.image.title': 'RELION',
      'org.opencontainers.image.description': 'Refinement of single particles',
      'org.opencontainers.image.url': 'https://relion.example/about',
      'org.opencontainers.image.source': 'https://github.com/3dem/relion',
      'org.opencontainers.image.created': '2024-05-01T12:00:00Z',
      'org.opencontainers.image.licenses': 'GPL-2.0-only',
    });
    assert.equal(described.title, 'RELION');
    assert.equal(described.description, 'Refinement of single particles');
    assert.equal(described.documentation, 'https://relion.example/about');
    assert.equal(described.source, 'https://github.com/3dem/relion');
    assert.equal(described.created, '2024-05-01T12:00:00Z');
    assert.deepEqual(textsOf(described.licenses), ['GPL-2.0-only']);
    assert.deepEqual(restrictions, UNRESTRICTED);
    assert.deepEqual(problems, []);
  });

  test('label-families: by label-schema.org’s keys, behind OCI’s', () => {
    const labels = {
      'org.label-schema.name': 'tools',
      'org.label-schema.version': '1.2.3',
      'org.label-schema.license': 'MIT',
      'org.label-schema.build-date': '2021-03-04T05:06:07Z',
      'org.label-schema.vcs-url': 'https://github.com/x/tools',
      'io.panfed.frameworks': 'relion',
    };
    const { described, problems } = readLabels(labels);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      [
        described.title,
        described.created,
        described.source,
        textsOf(described.licenses),
        described.frameworks,
      ],
      [
        ...['tools', '2021-03-04T05:06:07Z', 'https://github.com/x/tools', ['MIT']],
        [{ name: 'relion', version: '1.2.3' }],
      ],
    );
    const both = readLabels({
      ...labels,
      'org.opencontainers.image.title': 'RELION',
      'org.opencontainers.image.licenses': 'GPL-2.0-only',
      'org.opencontainers.image.version': '5.0',
    }).described;
    assert.deepEqual([both.title, textsOf(both.licenses)], ['RELION', ['GPL-2.0-only', 'MIT']]);
    assert.deepEqual(both.frameworks, [{ name: 'relion', version: null }]);
  });

  test('label-families: by those of a base image no more than its license', () => {
    const { described } = readLabels({
      'org.label-schema.name': 'CentOS Base Image',
      'org.label-schema.license': 'GPLv2',
      'org.label-schema.build-date': '20201113',
      'org.label-schema.version': '7',
      'io.panfed.frameworks': 'relion',
    });
    assert.deepEqual(
      [described.title, described.created, textsOf(described.licenses)],
      [null, null, ['GPLv2']],
    );
    assert.deepEqual(described.frameworks, [{ name: 'relion', version: null }]);
  });

  test('label-families: by a license without its s, and by a date alone, and nearly a key is told', () => {
    for (const name of ['license', 'licence', 'licences']) {
      const { described, problems } = readLabels({ [`org.opencontainers.image.${name}`]: 'MIT' });
      assert.deepEqual(textsOf(described.licenses), ['MIT']);
      assert.deepEqual(problems, [
        {
          label: `org.opencontainers.image.${name}`,
          problem: 'is no key of OCI, and is read as org.opencontainers.image.licenses',
        },
      ]);
    }
    assert.equal(
      readLabels({ 'org.opencontainers.image.created': '2024-05-01' }).described.created,
      '2024-05-01T00:00:00Z',
    );
    assert.equal(
      readLabels({ 'io.panfed.created': ' 2024-02-29 ' }).described.created,
      '2024-02-29T00:00:00Z',
    );
    for (const day of ['2024-02-30', '2024-13-01', '2024-5-1', '20240501']) {
      const { described, problems } = readLabels({ 'org.opencontainers.image.created': day });
      assert.deepEqual([described.created, problems.length], [null, 1], day);
    }
    const near = readLabels({
      'org.opencontainers.image.tilte': 'x',
      'org.opencontainers.image.x-lab-room': 'y',
    });
    assert.equal(near.described.title, null);
    assert.deepEqual(near.problems, [
      {
        label: 'org.opencontainers.image.tilte',
        problem: 'is no key of OCI, and is not read: it may mean org.opencontainers.image.title',
      },
    ]);
    assert.deepEqual(told(readLabels({ 'io.panfed.shairing': 'none' })), ['io.panfed.shairing']);
  });

  test('by BioContainers’ keys, whose `version` is not the software’s', () => {
    const { described } = readLabels({
      software: 'abacas',
      'software.version': '1.3.1-3-deb',
      version: '1',
      'about.summary': 'close gaps in genomic alignments',
      'about.home': 'http://abacas.sourceforge.net/',
      'about.license': 'GPL-2+',
      'about.tags': 'field::biology, Proteomics, implemented-in::perl,:text-mode',
    });
    assert.deepEqual(described.frameworks, [{ name: 'abacas', version: '1.3.1-3-deb' }]);
    assert.equal(described.documentation, 'http://abacas.sourceforge.net/');
    assert.deepEqual(textsOf(described.licenses), ['GPL-2+']);
    assert.deepEqual(described.techniques, ['Proteomics']);
  });

  test('by the labs’ own: JSON in one label, a label for each field, lists as JSON or between commas', () => {
    const { described, problems } = readLabels({
      'io.panfed.image': JSON.stringify({
        title: 'From the JSON',
        reads: ['MRC'],
        requires: {
          cpus: 8,
          memory: 64_000_000_000,
          gpu: { vendor: 'nvidia', minimumCuda: '11.8' },
          glibc: '2.35',
        },
      }),
      'io.panfed.title': 'From its own label',
      'io.panfed.techniques': 'PaNET01168, tomography',
      'io.panfed.frameworks': 'relion@4.0.1, ctffind',
      'io.panfed.writes': '["MRC", "STAR"]',
    });
    assert.equal(described.title, 'From its own label');
    assert.deepEqual(described.reads, ['MRC']);
    assert.deepEqual(described.writes, ['MRC', 'STAR']);
    assert.deepEqual(described.techniques, ['PaNET01168', 'tomography']);
    assert.deepEqual(described.frameworks, [
      { name: 'relion', version: '4.0.1' },
      { name: 'ctffind', version: null },
    ]);
    assert.deepEqual(described.requires, {
      architectures: [],
      cpus: 8,
      memory: 64_000_000_000,
      gpu: { vendor: 'nvidia', minimumCuda: '11.8', memory: null },
      mpi: null,
      engines: [],
      glibc: '2.35',
    });
    assert.deepEqual(problems, []);
  });

  test('io.panfed goes before OCI, and OCI before BioContainers', () => {
    const labels: Record<string, string> = {
      'about.summary': 'third',
      'org.opencontainers.image.description': 'second',
      'io.panfed.description': 'first',
    };
    assert.equal(readLabels(labels).described.description, 'first');
    delete labels['io.panfed.description'];
    assert.equal(readLabels(labels).described.description, 'second');
    delete labels['org.opencontainers.image.description'];
    assert.equal(readLabels(labels).described.description, 'third');
  });

  test('an empty label says nothing', () => {
    const { licenses } = readLabels({ 'io.panfed.license': ' ', 'about.license': 'MIT' }).described;
    assert.deepEqual(licenses, [{ label: 'about.license', text: 'MIT' }]);
  });
});

describe('labels that cannot be read', () => {
  test('what cannot be read is a problem, and costs that label alone', () => {
    const facts = readLabels({
      'org.opencontainers.image.title': 'Fine',
      'org.opencontainers.image.url': 'javascript:alert(1)',
      'org.opencontainers.image.created': 'yesterday',
      'io.panfed.reads': '["MRC"',
      'io.panfed.requires': '{"cpus": "many"}',
    });
    assert.equal(facts.described.title, 'Fine');
    assert.equal(facts.described.documentation, null);
    assert.deepEqual(facts.described.reads, []);
    assert.deepEqual(facts.restrictions, UNRESTRICTED);
    assert.deepEqual(told(facts).sort(), [
      'io.panfed.reads',
      'io.panfed.requires',
      'org.opencontainers.image.created',
      'org.opencontainers.image.url',
    ]);
  });

  test('escapes in JSON bring no control or bidi characters in', () => {
    const { described } = readLabels({ 'io.panfed.image': '{"title": "a\\u001b[31mb\\u202ec"}' });
    assert.equal(described.title, 'a [31mbc');
  });
});

describe('labels restrict', () => {
  const restrictionsOf = (labels: Record<string, string>) => readLabels(labels).restrictions;

  test('by conditions, with groups, facilities and servers', () => {
    assert.deepEqual(
      restrictionsOf({
        'io.panfed.conditions':
          '[{"kind": "registeredGroup", "groups": ["urn:geant:desy.de:group:cryoem"]}, "academic"]',
      }).conditions,
      [
        { kind: 'registeredGroup', groups: ['urn:geant:desy.de:group:cryoem'], facilities: [], servers: [] },
        { kind: 'academic', groups: [], facilities: [], servers: [] },
      ],
    );
  });

  test('by kinds between commas, in any usual spelling', () => {
    assert.deepEqual(
      restrictionsOf({ 'io.panfed.conditions': 'academic, non-commercial' }).conditions.map(
        ({ kind }) => kind,
      ),
      ['academic', 'nonCommercial'],
    );
  });

  test('by one condition as an object', () => {
    const [condition] = restrictionsOf({
      'io.panfed.conditions': '{"kind": "site", "facilities": ["desy"]}',
    }).conditions;
    assert.deepEqual(condition?.facilities, ['desy']);
  });

  test('in all places where they do: conditions are joined, the stricter sharing stays', () => {
    const restrictions = restrictionsOf({
      'io.panfed.image': '{"conditions": ["academic"], "sharing": "none", "listed": false}',
      'io.panfed.conditions': 'exportControl',
      'io.panfed.sharing': 'conditional',
      'io.panfed.listed': 'true',
    });
    assert.deepEqual(restrictions.conditions.map(({ kind }) => kind).sort(), ['academic', 'exportControl']);
    assert.equal(restrictions.sharing, 'none');
    assert.equal(restrictions.listed, false);
  });

  test('but never open: no value of a label loosens anything', () => {
    for (const labels of [
      { 'io.panfed.sharing': 'open' },
      { 'io.panfed.listed': 'true' },
      { 'io.panfed.conditions': '[]' },
      { 'io.panfed.image': '{"sharing": null, "listed": null, "conditions": null}' },
    ]) {
      assert.deepEqual(restrictionsOf(labels as Record<string, string>), UNRESTRICTED);
    }
  });

  const unreadable: Record<string, Record<string, string>> = {
    'conditions that are not JSON': { 'io.panfed.conditions': '[{"kind": "academic"' },
    'empty conditions': { 'io.panfed.conditions': '' },
    'a condition of an unknown kind': { 'io.panfed.conditions': 'embargo' },
    'more conditions than are allowed': { 'io.panfed.conditions': Array(17).fill('academic').join() },
    'a sharing that is no word of ours': { 'io.panfed.sharing': 'members' },
    'an image that is not JSON': { 'io.panfed.image': '{"title": "x"' },
    'an image with a key given twice': { 'io.panfed.image': '{"sharing": "none", "sharing": "open"}' },
    'an image that is text': { 'io.panfed.image': 'relion' },
    'a misspelt name': { 'io.panfed.condition': 'academic' },
    'a name in another case': { 'io.panfed.Conditions': 'academic' },
    'a name below the JSON’s': { 'io.panfed.image.sharing': 'none' },
    'a misspelt name in the JSON': { 'io.panfed.image': '{"conditons": ["academic"]}' },
    'groups, which a label does not set': { 'io.panfed.groups': 'urn:geant:desy.de:group:cryoem' },
  };
  for (const [what, labels] of Object.entries(unreadable)) {
    test(`most of all when they cannot be read: ${what}`, () => {
      const facts = readLabels(labels);
      assert.equal(facts.restrictions.sharing, 'none');
      assert.equal(facts.problems.length, 1);
    });
  }

  test('a listed that cannot be read is false', () => {
    const facts = readLabels({ 'io.panfed.listed': 'perhaps' });
    assert.deepEqual(facts.restrictions, { ...UNRESTRICTED, listed: false });
    assert.deepEqual(told(facts), ['io.panfed.listed']);
  });

  test('an unknown name that is like no restriction is only a problem', () => {
    const facts = readLabels({ 'io.panfed.beamline': 'ID29' });
    assert.deepEqual(facts.restrictions, UNRESTRICTED);
    assert.deepEqual(told(facts), ['io.panfed.beamline']);
  });
});

test('labels claim signatures, and no more', () => {
  assert.deepEqual(readLabels({ 'io.panfed.signed': 'true' }).claims, { signed: true, signers: [] });
  assert.deepEqual(readLabels({ 'io.panfed.image': '{"signed": true, "signers": ["esrf"]}' }).claims, {
    signed: true,
    signers: ['esrf'],
  });
  assert.deepEqual(readLabels({ 'io.panfed.signed': 'verified' }).claims, { signed: false, signers: [] });
});

describe('the label of an SBOM', () => {
  const DIGEST = `sha256:${'a'.repeat(64)}`;

  test('names its manifest, by itself or in the JSON', () => {
    assert.deepEqual(sbomsOf({ 'io.panfed.sbom': ` ${DIGEST}` }), [DIGEST]);
    assert.deepEqual(sbomsOf({ 'io.panfed.image': JSON.stringify({ sbom: DIGEST }) }), [DIGEST]);
    assert.deepEqual(told(readLabels({ 'io.panfed.sbom': DIGEST })), []);
  });

  test('that is empty names none', () => {
    assert.deepEqual(sbomsOf({ 'io.panfed.sbom': '' }), []);
    assert.deepEqual(told(readLabels({ 'io.panfed.sbom': '' })), []);
  });

  for (const value of [
    '{"spdxVersion": "SPDX-2.3"}',
    'https://esrf.example/sbom.json',
    'sha256:12',
    '5.0-sbom',
  ]) {
    test(`that is ${value} is a problem, and restricts nothing`, () => {
      assert.deepEqual(sbomsOf({ 'io.panfed.sbom': value }), []);
      const facts = readLabels({ 'io.panfed.sbom': value });
      assert.deepEqual(told(facts), ['io.panfed.sbom']);
      assert.deepEqual(facts.restrictions, UNRESTRICTED);
    });
  }
});

test('no labels throw, and any restriction among them is kept or lowers sharing', () => {
  const names = fc.oneof(
    fc
      .constantFrom(
        'image',
        'conditions',
        'sharing',
        'listed',
        'signed',
        'reads',
        'requires',
        'sbom',
        '__proto__',
      )
      .map((field) => `io.panfed.${field}`),
    fc.constantFrom('org.opencontainers.image.title', 'software', 'about.tags'),
    fc.string(),
  );
  const values = fc.oneof(fc.string(), fc.json(), fc.constantFrom('none', 'academic', '{"sharing":"none"}'));
  fc.assert(
    fc.property(fc.dictionary(names, values), fc.string(), (labels, conditions) => {
      const restrictions = readLabels({ ...labels, 'io.panfed.conditions': conditions }).restrictions;
      assert.ok(
        restrictions.conditions.length > 0 || restrictions.sharing === 'none' || isEmptyList(conditions),
      );
    }),
  );
});

const isEmptyList = (text: string): boolean => /^\s*\[\s*\]\s*$/.test(text);

test(
  'the labels of real images are read without a problem',
  needsShared('biocontainers/labels.ndjson'),
  () => {
    const lines = readFileSync(sharedData('biocontainers/labels.ndjson')!, 'utf8').trim().split('\n');
    const facts = lines.map((line) => readLabels(JSON.parse(line).labels));
    assert.equal(facts.length, 1_093);
    assert.deepEqual(
      facts.flatMap(({ problems }) => problems),
      [],
    );
    assert.ok(facts.every(({ described }) => described.frameworks.length === 1));
    assert.equal(facts.filter(({ described }) => described.licenses.length === 1).length, 981);
  },
);
