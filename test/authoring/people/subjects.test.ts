import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { readSubjects } from '../../../src/authoring/people/subjects.ts';
import { OWN_POLICIES } from '../../../src/authoring/source/owner.ts';
import { sitesByScope, sitesOf } from '../../../src/identity/caller.ts';
import { DEMO_PEOPLE } from '../../../src/identity/demo-people.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { ANONYMOUS } from '../../../src/model/subject.ts';
import { demo } from '../../catalogs/demo.ts';
import { scratch } from '../opa.ts';

const { facilities } = demo.config;

function read(context: TestContext, text: string) {
  const file = join(scratch(context), 'subjects.yaml');
  writeFileSync(file, text);
  return readSubjects(file, facilities);
}

async function refused(context: TestContext, text: string) {
  const error = await read(context, text).then(
    () => assert.fail('the file was accepted'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof FederationError);
  assert.deepEqual([error.code, error.entry.exit], ['CONFIG_INVALID', 3]);
  return { message: error.message, at: error.at?.replace(/^.*\//, ''), hint: error.hint };
}

const one = (facts: string): string => `subjects:\n  - name: one\n    title: somebody\n${facts}`;

describe('the subjects that come with panfed', async () => {
  const shipped = await readSubjects(join(OWN_POLICIES, 'subjects.yaml'), facilities);
  const named = (name: string) => shipped.find((person) => person.name === name);

  for (const person of DEMO_PEOPLE) {
    test(`have the demo’s ${person.name} as the demo has them`, () => {
      const found = named(person.name);
      assert.equal(found?.title, person.title);
      assert.deepEqual(found?.subject, {
        authenticated: true,
        issuer: 'https://issuer.demo.invalid',
        groups: person.groups,
        affiliations: person.affiliations,
        sites: sitesOf(person.affiliations, sitesByScope(facilities)),
        assurance: [],
        academic: person.academic,
      });
    });
  }

  test('begin with those who did not sign in', () => {
    assert.equal(shipped[0]?.subject, ANONYMOUS.subject);
  });

  test('have the edges at which rules go wrong', () => {
    assert.deepEqual(named('two-sites')?.subject.sites, ['desy', 'esrf']);
    assert.deepEqual(named('esrf-alum')?.subject.sites, []);
    assert.deepEqual(named('desy-affiliate')?.subject.sites, []);
    assert.deepEqual(named('esrf-member-unsaid')?.subject.academic, null);
    assert.deepEqual(named('foreign-issuer')?.subject.issuer, 'https://login.example.org');
    assert.ok(named('cryoem-role')?.subject.groups.includes('urn:geant:desy.de:group:cryoem'));
  });

  test('ask without a place first, and then where they are said to', () => {
    assert.deepEqual(
      named('anonymous-at-site')?.places.map((place) => place?.facility ?? null),
      [null, 'desy', 'esrf', 'kit', 'hzb'],
    );
    assert.deepEqual(named('desy-staff')?.places.at(-1), {
      facility: 'hzb',
      allowsUnverified: true,
      licenseServers: ['license.helmholtz-berlin.de'],
    });
  });
});

describe('a file of subjects', () => {
  test('is refused with the place of a key that does not exist, and the nearest that does', async (context) => {
    assert.deepEqual(await refused(context, one('    affiliation: [member@esrf.eu]')), {
      message: 'there is no key affiliation in subjects[0]',
      at: 'subjects.yaml:4:5',
      hint: 'Did you mean affiliations?',
    });
  });

  for (const [what, facts, message] of [
    [
      'a group that is no URN',
      '    groups: [em]',
      /^subjects\[0\]\.groups\[0\]: expected an AARC-G069 group/,
    ],
    ['an affiliation without a scope', '    affiliations: [member]', /^subjects\[0\]\.affiliations\[0\]: /],
    ['a place that is no facility', '    at: [cern]', /^federation\.yaml has no facility cern$/],
    [
      'a stranger with facts',
      '    academic: true\n    authenticated: false',
      /^a person who has not signed in has no a/,
    ],
    ['academic that is text', '    academic: "true"', /^subjects\[0\]\.academic: /],
  ] as const) {
    test(`is refused with the place of ${what}`, async (context) => {
      const error = await refused(context, one(facts));
      assert.match(error.message, message);
      assert.match(error.at ?? '', /^subjects\.yaml:4:\d+$/);
    });
  }

  test('is refused with what is missing', async (context) => {
    assert.match((await refused(context, 'subjects:\n  - name: one\n')).message, /title is missing$/);
  });

  test('is refused where two people have one name', async (context) => {
    const error = await refused(context, `${one('')}  - name: one\n    title: another\n`);
    assert.deepEqual([error.message, error.at], ['there is another one', 'subjects.yaml:4:11']);
  });

  test('is refused if it is not YAML, or does not exist', async (context) => {
    assert.match((await refused(context, 'subjects: [')).at ?? '', /^subjects\.yaml:1:/);
    await assert.rejects(readSubjects(join(scratch(context), 'none.yaml'), facilities), {
      code: 'CONFIG_INVALID',
    });
  });
});
