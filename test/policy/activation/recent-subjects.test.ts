import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Askers } from '../../../src/policy/activation/recent-subjects.ts';
import { place, subject } from '../../support/subjects.ts';

const person = (name: string) => subject({ groups: [name] });
const names = (askers: Askers) => askers.frequent().map(({ subject: { groups } }) => groups[0]);

describe('those who asked lately', () => {
  test('come by how often they asked, whoever they are to others', () => {
    const askers = new Askers();
    for (const name of ['once', 'thrice', 'twice', 'thrice', 'twice', 'thrice']) {
      askers.note(person(name), null);
    }
    assert.deepEqual(names(askers), ['thrice', 'twice', 'once']);
  });

  test('are others at another place', () => {
    const askers = new Askers();
    const one = person('one');
    for (const at of [null, place({ facility: 'esrf' }), place({ facility: 'hzb' }), null])
      askers.note(one, at);
    assert.deepEqual(
      askers.frequent().map(({ at }) => at?.facility ?? null),
      [null, 'hzb', 'esrf'],
    );
  });

  test('are no more than a bound, the last ones', () => {
    const askers = new Askers();
    for (let i = 0; i < 5_000; i++) askers.note(person(`person ${i}`), null);
    const known = names(askers);
    assert.equal(known.length, 1_024);
    assert(known.includes('person 4999') && !known.includes('person 0'));
  });

  test('are fewer where much is to be known of each', () => {
    const askers = new Askers();
    const groups = Array.from({ length: 1_000 }, (_, i) => `urn:geant:example.org:group:${i}`);
    for (let i = 0; i < 200; i++) askers.note(subject({ groups: [`person ${i}`, ...groups] }), null);
    const known = names(askers);
    assert(known.length > 10 && known.length < 100, `${known.length} are known`);
    assert.equal(known.includes('person 199'), true);
  });
});
