// The demo after a crawl: federation.yaml holds with its catalogs, every entry is a valid record, and every name that
// the labs write means something.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspectConfig } from '../../src/config/load.ts';
import { canonicalGroup } from '../../src/model/group.ts';
import { isOwnTechnique } from '../../src/vocabulary/facility-terms.ts';
import { needsShared, sharedData } from '../support/shared.ts';
import { catalogs, demo, records, vocabulary } from './demo.ts';

describe('federation.yaml', () => {
  test('is a valid configuration that leaves nothing to warn of but bundles not built yet', () => {
    const warnings = demo.warnings.map(({ message }) => message).filter((text) => !/bundle/.test(text));
    assert.deepEqual(warnings, []);
    assert.equal(demo.config.demo, true);
  });

  test('names its JSON Schema in its first line', () => {
    const text = readFileSync(new URL('../../federation.yaml', import.meta.url), 'utf8');
    assert.equal(text.split('\n')[0], '# yaml-language-server: $schema=./federation.schema.json');
  });

  test('has the nine labs of the survey, in their order', () => {
    const ids = demo.config.facilities.map(({ id }) => id);
    assert.deepEqual(ids, ['desy', 'psi', 'isis', 'dls', 'esrf', 'kit', 'alba', 'elettra', 'hzb']);
  });

  test('gives a policy of their own to DESY, ESRF and ELETTRA alone', () => {
    const owners = demo.config.facilities.filter(({ policy }) => policy !== undefined).map(({ id }) => id);
    assert.deepEqual(owners, ['desy', 'esrf', 'elettra']);
  });

  test('gives an extension to DESY and ESRF alone', () => {
    const owners = demo.config.facilities.filter((lab) => lab.extension !== undefined).map(({ id }) => id);
    assert.deepEqual(owners, ['desy', 'esrf']);
  });

  test('lets unverified images run at some places and not at others', () => {
    const allows = new Set(demo.config.facilities.map((facility) => facility.allowsUnverified));
    assert.deepEqual(allows, new Set([true, false]));
  });

  test('states rules that all match a repository of their registry', () => {
    for (const { path, unmatched } of catalogs) assert.deepEqual(unmatched, [], path);
  });

  test('writes every ROR id with its right checksum', () => {
    for (const { id, ror } of demo.config.facilities) assert.ok(isRor(ror ?? ''), `${id} ${ror}`);
  });
});

test('federation.oci.yaml is a valid configuration that leaves nothing to warn of', async () => {
  const path = fileURLToPath(new URL('../../federation.oci.yaml', import.meta.url));
  const { warnings, config } = await inspectConfig(path, {});
  assert.deepEqual(warnings, []);
  assert.equal(config.facilities[0]?.registries[0]?.url, 'http://127.0.0.1:5001');
});

describe('a record of the demo', () => {
  test('comes from every entry: nothing is quarantined, and every label is read', () => {
    for (const { path, entries, records, quarantined, labelProblems } of catalogs) {
      assert.deepEqual(quarantined, [], path);
      assert.deepEqual(labelProblems, [], path);
      assert.equal(records.length, entries.length, path);
    }
  });

  test('has a description and a digest, whether its fields or its labels say them', () => {
    for (const { id, description, digest } of records) {
      assert.ok(description !== null, id);
      assert.match(digest ?? '', /^sha256:[0-9a-f]{64}$/, id);
    }
  });

  test('names no technique and no format that the vocabulary does not know', () => {
    for (const { path, facility, entries } of catalogs) {
      for (const { repository, techniques, reads, writes } of entries) {
        for (const name of names(techniques)) {
          assert.ok(vocabulary.techniqueAt(facility, name) !== null, `${path} ${repository}: ${name}`);
        }
        for (const name of [...names(reads), ...names(writes)]) {
          assert.ok(vocabulary.format(name) !== null, `${path} ${repository}: ${name}`);
        }
      }
    }
  });

  test('has techniques that are classes of PaNET itself', needsShared('panet/PaNET.csv'), () => {
    const panet = readFileSync(sharedData('panet/PaNET.csv') ?? '', 'utf8');
    for (const { id, techniques } of records) {
      for (const technique of techniques.filter((one) => !isOwnTechnique(one))) {
        assert.ok(panet.includes(`/${technique},`), `${id} ${technique}`);
      }
    }
  });

  test('is of the frameworks that the labs are known for, by their canonical names', () => {
    const known = new Set(records.flatMap(({ frameworks }) => frameworks.map(({ name }) => name)));
    const wanted = [
      ...['RELION', 'cryoSPARC', 'XDS', 'DIALS', 'CrystFEL', 'SIMEX', 'ISPyB', 'pyFAI', 'EPICS', 'Plankton'],
      ...[
        'Mantid',
        'UFO',
        'tofu',
        'ASTRA',
        'TomoPy',
        'Tango',
        'Sardana',
        'Taurus',
        'ICAT',
        'MATLAB',
        'COMSOL',
      ],
    ];
    assert.deepEqual(
      wanted.filter((name) => !known.has(name)),
      [],
    );
  });

  test('names groups in their canonical form only', () => {
    for (const { id, groups, license } of records) {
      for (const group of [...groups, ...license.conditions.flatMap((condition) => condition.groups)]) {
        assert.equal(canonicalGroup(group), group, id);
      }
    }
  });

  test('is never verified: one that says it is signed is claimed', () => {
    const states = new Map<string, number>();
    for (const { trust } of records) states.set(trust.state, (states.get(trust.state) ?? 0) + 1);
    assert.deepEqual([...states.keys()].sort(), ['claimed', 'unsigned']);
    assert.ok((states.get('claimed') ?? 0) >= 10);
  });

  test('is of every kind of sharing, supplier and license state, so that each can be seen', () => {
    const seen = (values: readonly string[]): string[] => [...new Set(values)].sort();
    assert.deepEqual(seen(records.map(({ sharing }) => sharing)), ['conditional', 'none', 'open', 'unknown']);
    assert.deepEqual(seen(records.map(({ suppliedBy }) => suppliedBy)), ['staff', 'unknown', 'user']);
    const states = records.map(({ license }) => license.state);
    assert.deepEqual(seen(states), ['declared', 'normalized', 'unknown']);
  });

  test('can be lowered by a label, and by nothing else than a label', () => {
    const lowered = records.filter(({ sharing, stated }) => sharing !== stated.sharing);
    assert.deepEqual(
      lowered.map(({ repository, sharing, stated }) => [repository, stated.sharing, sharing]),
      [['isisneutronmuon/fia/mantid-runner', 'open', 'none']],
    );
  });
});

const names = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** ROR: `0`, six characters of Crockford's base 32, two check digits by ISO/IEC 7064 MOD 97-10. */
function isRor(url: string): boolean {
  const [, body, check] = /^https:\/\/ror\.org\/0([0-9a-hjkmnp-tv-z]{6})([0-9]{2})$/.exec(url) ?? [];
  if (body === undefined) return false;
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  const number = [...body].reduce((sum, character) => sum * 32 + alphabet.indexOf(character), 0);
  return 98 - ((number * 100) % 97) === Number(check);
}
