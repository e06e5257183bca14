import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readPeople, SUBJECTS } from '../../../src/authoring/people/people.ts';
import { OWN_POLICIES } from '../../../src/authoring/source/owner.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { demo } from '../../catalogs/demo.ts';
import { scratch } from '../opa.ts';

const { facilities } = demo.config;
const kit = facilities.filter(({ id }) => id === 'kit');
const shipped = { named: null, folders: [OWN_POLICIES] };

describe('the people without a subjects.yaml of one’s own', () => {
  test('are all of panfed’s in the demo', async () => {
    const { people, leftOut, hint } = await readPeople({ ...shipped, facilities });
    assert.ok(people.some(({ name }) => name === 'desy-staff'));
    assert.deepEqual([leftOut, hint], [[], null]);
  });

  // eval-without-subjects
  test('are those of no lab, and of labs that there are, with a hint about the others', async () => {
    const { people, leftOut, hint } = await readPeople({ ...shipped, facilities: kit });
    const names = people.map(({ name }) => name);
    for (const name of ['anonymous', 'visitor', 'industry']) assert.ok(names.includes(name), name);
    for (const { name, subject } of people) {
      assert.ok(
        subject.sites.every((site) => site === 'kit'),
        name,
      );
    }
    assert.ok(leftOut.includes('desy-staff') && leftOut.includes('esrf-alum'), leftOut.join());
    assert.match(hint ?? '', /policies\/subjects\.yaml.*--subjects/);
    const industry = people.find(({ name }) => name === 'industry');
    assert.deepEqual(
      industry?.places.map((place) => place?.facility ?? null),
      [null, 'kit'],
    );
  });

  test('are the same where the policies are a clone of panfed’s by another path', async () => {
    const folders = [join(OWN_POLICIES, '..', 'policies')];
    const { leftOut } = await readPeople({ named: null, folders, facilities: kit });
    assert.notEqual(leftOut.length, 0);
  });
});

describe('a subjects.yaml of one’s own', () => {
  test('is that of the first folder that has one, and is held to the facilities', async (context) => {
    const [empty, own] = [scratch(context), scratch(context)];
    writeFileSync(join(own, SUBJECTS), 'subjects:\n  - name: me\n    title: myself\n    at: [kit]\n');
    const { people } = await readPeople({
      named: null,
      folders: [empty, own, OWN_POLICIES],
      facilities: kit,
    });
    assert.deepEqual(
      people.map(({ name }) => name),
      ['me'],
    );
    await assert.rejects(
      readPeople({ named: null, folders: [own], facilities: [] }),
      (error) => error instanceof FederationError && error.code === 'CONFIG_INVALID',
    );
  });

  test('is held to them as well where it is a copy of panfed’s, or is named', async (context) => {
    const own = scratch(context);
    cpSync(join(OWN_POLICIES, SUBJECTS), join(own, SUBJECTS));
    await assert.rejects(readPeople({ named: null, folders: [own], facilities: kit }), {
      code: 'CONFIG_INVALID',
    });
    await assert.rejects(readPeople({ named: join(OWN_POLICIES, SUBJECTS), folders: [], facilities: kit }), {
      code: 'CONFIG_INVALID',
    });
  });
});
