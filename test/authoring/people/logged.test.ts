import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readLogged } from '../../../src/authoring/people/logged.ts';
import { type LoggedOptions, withLogged } from '../../../src/authoring/people/logged-people.ts';
import type { RepresentativeSubject } from '../../../src/authoring/people/subjects.ts';
import { ANONYMOUS } from '../../../src/model/subject.ts';
import { placeOf } from '../../../src/policy/decisions/place.ts';
import { usesBatch } from '../../../src/policy/log/entry.ts';
import type { JudgedSnapshot } from '../../../src/policy/log/log.ts';
import { createMask } from '../../../src/policy/log/mask.ts';
import { demo } from '../../catalogs/demo.ts';
import { subject } from '../../support/subjects.ts';
import { scratch } from '../opa.ts';

const { facilities } = demo.config;
const EM = 'urn:geant:esrf.eu:group:em';

interface Asked {
  readonly facility?: string;
  readonly registry?: string;
  readonly subject: object;
  readonly request?: object;
  readonly count?: number;
}

/** Lines as the gateway writes them, of what one module read. */
function lines(asked: readonly Asked[], mask: { erase?: string[]; replace?: object[] } = {}): string[] {
  const uses = asked.map(
    ({ facility = 'esrf', registry = 'main', subject: who, request = { at: null }, count = 1 }) => {
      const judged = {
        revision: 'sha256:1',

        subject: JSON.stringify(who),
        request: JSON.stringify(request),
      };
      const snapshot: JudgedSnapshot = {
        ...{ facility, registry, generation: null, records: 1, discover: 1, pull: 1, execute: 1 },
        modules: [{ owner: 'federation', judged }],
      };
      return { judged: snapshot, since: 0, count };
    },
  );
  const rules = { erase: [], replace: [], ...mask } as Parameters<typeof createMask>[0];
  const batch = usesBatch(uses, { labels: {}, mask: createMask(rules), clock: { wall: () => 0 } });
  return uses.map((_, index) => batch.entry(index));
}

function file(context: TestContext, content: readonly string[], name = 'decisions.ndjson'): string {
  const path = join(scratch(context), name);
  writeFileSync(path, content.map((line) => `${line}\n`).join(''));
  return path;
}

const FEDERATION = ['authenticated', 'groups', 'sites', 'academic'].map((name) => ['subject', name]);
const READS = [...FEDERATION, ['request', 'at']];

const guest: RepresentativeSubject = {
  name: 'guest',
  title: 'in a group',
  subject: subject({ groups: [EM] }),
  places: [null],
};

/** The people of a log beside the guest. */
async function heard(
  context: TestContext,
  content: readonly string[],
  { reads = () => READS, compared = ['esrf', 'psi'] }: Partial<LoggedOptions> = {},
) {
  const logged = await readLogged([file(context, content)]);
  return withLogged({ people: [guest], logged, facilities, compared, reads });
}

const known = { authenticated: true, groups: [], sites: ['kit'], academic: true };

describe('the decision log as a list of people', () => {
  test('has each distinct person and place once, the most frequent first', async (context) => {
    const { subjects, entries } = await readLogged([
      file(
        context,
        lines([
          { subject: { authenticated: false } },
          { subject: known, count: 2 },
          { subject: known, count: 3 },
          { subject: known, request: { at: { facility: 'esrf' } } },
        ]),
      ),
    ]);
    assert.equal(entries, 4);
    assert.deepEqual(
      subjects.map(({ subject: who, at, uses }) => [who, at, uses]),
      [
        [known, null, 5],
        [{ authenticated: false }, null, 1],
        [known, 'esrf', 1],
      ],
    );
  });

  test('counts a question once that several registries of a facility answered', async (context) => {
    const one = { subject: known, count: 7 };
    const { subjects } = await readLogged([
      file(
        context,
        lines([
          { ...one, registry: 'a' },
          { ...one, registry: 'b' },
          { ...one, registry: 'b' },
        ]),
      ),
    ]);
    assert.deepEqual(
      subjects.map(({ uses }) => uses),
      [14],
    );
  });

  test('is read from a folder, compressed files among it, and other files are left alone', async (context) => {
    const folder = scratch(context);
    const [one, two] = lines([{ subject: known }, { subject: { authenticated: false } }]);
    writeFileSync(join(folder, 'decisions.ndjson'), `${one}\n`);
    const rotated = Buffer.concat([gzipSync(`${two}\n`), gzipSync(`${one}\n`)]);
    writeFileSync(join(folder, 'decisions.ndjson.1.gz'), rotated);
    writeFileSync(join(folder, 'README.md'), 'no log');
    mkdirSync(join(folder, 'older.ndjson'));
    const { files, entries, subjects, unreadable } = await readLogged([folder]);
    assert.deepEqual([files, entries, subjects.length, unreadable], [2, 3, 2, 0]);
  });

  test('passes over entries of decisions, and counts lines that are no entries', async (context) => {
    const [entry] = lines([{ subject: known }]);
    const { entries, unreadable } = await readLogged([
      file(context, [
        '{"path":"panfed/facility/esrf/decision","input":{}}',
        `${entry}`.slice(0, 40),
        '',
        '[]',
        `{"path":"panfed/verdict","metrics":{"counter_panfed_uses":-1},"input":{}}`,
        `${entry}`.replace('"esrf"', '7'),
        `${entry}`.replace('"authenticated":true', '"authenticated":"yes"'),
        `{"path":"${'x'.repeat(5_000_000)}"}`,
        `${entry}`,
      ]),
    ]);
    assert.deepEqual([entries, unreadable], [1, 6]);
  });

  test('keeps no more of people than their bytes allow, and counts the entries of others', async (context) => {
    const groups = (person: number) =>
      Array.from({ length: 900 }, (_, index) => `${person}-${index}-`.padEnd(4_000, 'x'));
    const asked = Array.from({ length: 12 }, (_, person) => ({ subject: { groups: groups(person) } }));
    const { subjects, entries, dropped } = await readLogged([file(context, lines(asked))]);
    assert.equal(entries, 12);
    assert.ok(subjects.length > 0 && dropped > 0);
    assert.equal(subjects.length + dropped, 12);
  });

  test('keeps so many different people and counts the entries of others', async (context) => {
    const many = Array.from({ length: 20_003 }, (_, index) => ({
      subject: { ...known, sites: [`s${index}`] },
    }));
    const { subjects, dropped } = await readLogged([file(context, lines(many))]);
    assert.deepEqual([subjects.length, dropped], [20_000, 3]);
  });

  for (const [what, make] of [
    ['what is not there', () => '/no/such/log.ndjson'],
    ['a folder without a log', (context: TestContext) => scratch(context)],
    [
      'a compressed file that was cut',
      (context: TestContext) => {
        const path = join(scratch(context), 'cut.gz');
        writeFileSync(path, gzipSync('{}\n'.repeat(1_000)).subarray(0, 20));
        return path;
      },
    ],
  ] as const) {
    test(`${what}: a usage error`, async (context) => {
      await assert.rejects(readLogged([make(context)]), { code: 'USAGE' });
    });
  }
});

describe('the people of the decision log beside those of the file', () => {
  test('are added with what they are, where they asked, and whose images they asked for', async (context) => {
    const { people, log } = await heard(
      context,
      lines([
        { subject: known, count: 5 },
        { subject: known, facility: 'psi', request: { at: { facility: 'kit' } }, count: 4 },
      ]),
    );
    const [first, added] = people;
    assert.deepEqual(first, { ...guest, uses: 0 });
    assert.deepEqual(added, {
      name: 'log#1',
      title: 'seen 5 times, signed in, academic, of kit',
      subject: { ...subject(), ...known, issuer: null },
      places: [null, placeOf(facilities.find(({ id }) => id === 'kit')!)],
      facilities: ['esrf', 'psi'],
      uses: 5,
    });
    assert.deepEqual([log.added, log.known, log.masked, log.unknown], [1, 0, [], []]);
  });

  test('are those of the file if no policy distinguishes them', async (context) => {
    const who = { authenticated: true, groups: [EM], sites: [], academic: null };
    const { people, log } = await heard(
      context,
      lines([
        { subject: { ...who, issuer: 'https://other.example' }, request: { at: { facility: 'esrf' } } },
      ]),
    );
    assert.deepEqual(
      people.map(({ name, uses, places }) => [name, uses, places.map((place) => place?.facility)]),
      [['guest', 1, [undefined, 'esrf']]],
    );
    assert.deepEqual([log.added, log.known], [0, 1]);
  });

  test('have unknown values for what a policy reads and the log does not have, which is reported', async (context) => {
    const { people, log } = await heard(
      context,
      lines([
        { subject: { sites: ['kit'] }, request: {} },
        { subject: known, facility: 'psi' },
      ]),
      { reads: (facility) => (facility === 'esrf' ? [...READS, ['subject', 'assurance']] : READS) },
    );
    const added = people.find(({ facilities: whose }) => whose?.includes('esrf'));
    assert.deepEqual(added?.subject, subject({ sites: ['kit'], issuer: null }));
    assert.deepEqual(log.unknown, [
      { field: 'subject.authenticated', subjects: 1 },
      { field: 'subject.groups', subjects: 1 },
      { field: 'subject.assurance', subjects: 1 },
      { field: 'subject.academic', subjects: 1 },
      { field: 'request.at', subjects: 1 },
    ]);
  });

  test('are not judged where masking hides what a policy reads, and are counted by the rule', async (context) => {
    const groups = { erase: ['/input/subject/groups'] };
    const entry = lines([{ subject: known, count: 9 }], groups);
    const { people, log } = await heard(context, entry);
    assert.deepEqual(
      people.map(({ name }) => name),
      ['guest'],
    );
    assert.deepEqual(log.masked, [{ paths: ['/input/subject/groups'], subjects: 1 }]);
    const without = await heard(context, entry, { reads: () => [['subject', 'sites']] });
    assert.deepEqual([without.people.length, without.log.masked], [2, []]);
  });

  for (const [path, value] of [
    ['/input/subject/groups/*', 'x'],
    ['/input/subject', 7],
    ['/input/request/at', 'somewhere'],
    ['/input/facility', 'a lab'],
    ['/input', null],
  ] as const) {
    test(`are not judged where ${path} was replaced`, async (context) => {
      const asked = { subject: { ...known, groups: [EM] } };
      const { people, log } = await heard(context, lines([asked], { replace: [{ path, value }] }));
      assert.equal(people.length, 1);
      assert.deepEqual(log.masked, [{ paths: [path], subjects: 1 }]);
      assert.equal(log.unreadable, 0);
    });
  }

  test('are judged without other facts if they have not signed in: there are none', async (context) => {
    const { people, log } = await heard(
      context,
      lines([{ subject: { authenticated: false, groups: [] } }], { erase: ['/input/subject/groups'] }),
    );
    assert.deepEqual(people[1]?.subject, ANONYMOUS.subject);
    assert.deepEqual([log.masked, log.unknown], [[], []]);
  });

  test('are left out where they asked for images that are not compared, or of a facility that is none', async (context) => {
    const { people, log } = await heard(
      context,
      lines([
        { subject: known, facility: 'kit' },
        { subject: known, facility: 'nowhere' },
        { subject: known, request: { at: { facility: 'nowhere' } } },
      ]),
    );
    assert.deepEqual([people.length, log.strangers], [1, 2]);
  });

  test('are the thousand most frequent', async (context) => {
    const many = Array.from({ length: 1_002 }, (_, index) => ({
      subject: { ...known, sites: [`s${index}`] },
      count: index + 1,
    }));
    const { people, log } = await heard(context, lines(many));
    assert.deepEqual([people.length, log.added, log.untried], [1_001, 1_000, 2]);
    assert.deepEqual([people[1]?.uses, people.at(-1)?.uses], [1_002, 3]);
  });
});
