import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RecentSubjects } from '../../../src/policy/activation/recent-subjects.ts';
import { place, subject } from '../../support/subjects.ts';

const person = (name: string) => subject({ groups: [name] });
const names = (subjects: RecentSubjects) => subjects.frequent().map(({ subject: { groups } }) => groups[0]);

describe('the recent subjects', () => {
  test('come in the order of their number of requests, whatever else is known about them', () => {
    const subjects = new RecentSubjects();
    for (const name of ['once', 'thrice', 'twice', 'thrice', 'twice', 'thrice']) {
      subjects.note(person(name), null);
    }
    assert.deepEqual(names(subjects), ['thrice', 'twice', 'once']);
  });

  test('are others at another place', () => {
    const subjects = new RecentSubjects();
    const one = person('one');
    for (const at of [null, place({ facility: 'esrf' }), place({ facility: 'hzb' }), null])
      subjects.note(one, at);
    assert.deepEqual(
      subjects.frequent().map(({ at }) => at?.facility ?? null),
      [null, 'hzb', 'esrf'],
    );
  });

  test('are no more than a bound, the last ones', () => {
    const subjects = new RecentSubjects();
    for (let i = 0; i < 5_000; i++) subjects.note(person(`person ${i}`), null);
    const known = names(subjects);
    assert.equal(known.length, 1_024);
    assert(known.includes('person 4999') && !known.includes('person 0'));
  });

  test('are fewer where much is to be known of each', () => {
    const subjects = new RecentSubjects();
    const groups = Array.from({ length: 1_000 }, (_, i) => `urn:geant:example.org:group:${i}`);
    for (let i = 0; i < 200; i++) subjects.note(subject({ groups: [`person ${i}`, ...groups] }), null);
    const known = names(subjects);
    assert(known.length > 10 && known.length < 100, `${known.length} are known`);
    assert.equal(known.includes('person 199'), true);
  });
});
