// The report of a large change is short; nothing of it is lost in JSON.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KindOfChange } from '../../../../src/authoring/diff/diff.ts';
import { diffAnnotations, diffText } from '../../../../src/cli/policy/diff/report.ts';
import { assertMayShip, type DiffReport, notesOf } from '../../../../src/cli/policy/diff/stop.ts';
import { collect } from '../../collect.ts';

const names = Array.from({ length: 900 }, (_, index) => `log#${index + 1}`);
const counts = { discover: 0, pull: 700, execute: 0 };
const reasons = Array.from({ length: 12 }, (_, index) => ({
  ...{ code: `NO_${index}`, policy: 'esrf', message: 'It is not shared.', remedy: null },
}));
const kind = (index: number): KindOfChange => ({
  ...{ direction: index < 30 ? 'loosened' : 'tightened', action: 'pull', owners: ['esrf'], reasons },
  ...{ images: 700, subjects: names, uses: 9_000 },
  example: { subject: 'log#1', title: 'seen 9 times', at: null, image: { id: 'esrf/main/x', title: null } },
});

const large: DiffReport = {
  owners: [{ owner: 'esrf', old: 'sha256:1', new: 'sha256:2' }],
  ...{ images: 700, subjects: 900 },
  effects: names.map((subject) => ({ subject, gains: counts, losses: counts, uses: 10 })),
  changes: Array.from({ length: 50 }, (_, index) => kind(index)),
  ...{ unread: [], unverified: [], unjudged: [], absent: [], time: null, visibleOnly: false },
  log: {
    ...{ files: 1, entries: 0, unreadable: 1, dropped: 2, added: 900, known: 0, untried: 3, strangers: 4 },
    masked: [{ paths: ['/input/subject/groups'], subjects: 5 }],
    unknown: [{ field: 'subject.assurance', subjects: 6 }],
  },
};

describe('the report of a large change', () => {
  test('is short for people, and reports what it leaves out', () => {
    const text = diffText(large, collect());
    assert.ok(text.length < 20_000, `${text.length} characters`);
    assert.match(text, /^and 880 more subjects$/m);
    assert.match(text, /^ {2}700 images, 900 subjects \(seen 9000 times\): log#1, .*, log#8 and 892 more$/m);
    assert.match(text, /NO_2: It is not shared\. and 9 more reasons\.$/m);
    assert.match(text, /^and 30 more kinds of change \(10 loosened, 20 tightened\): --format json has all/m);
    assert.equal(text.match(/^loosened /gm)?.length, 20);
  });

  test('is short for GitHub', () => {
    const text = diffAnnotations(large, 'loosened');
    assert.equal(text.match(/^::error title=policy loosened/gm)?.length, 20);
    assert.match(text, /^::warning title=more changes::and 30 more kinds/m);
    assert.ok(text.length < 20_000, `${text.length} characters`);
  });

  test('reports the people of the decision log that it could not try, and why', () => {
    assert.deepEqual(notesOf(large), [
      'the decision log has no entry of a verdict, so no person was found in it',
      '1 line of the decision log: not an entry, and skipped',
      '2 lines of the decision log: skipped, because there are too many different people',
      '3 rare subjects of the decision log: not tried, because there are too many',
      '4 subjects of the decision log: not tried, because the configuration does not have their facility',
      '5 subjects of the decision log: cannot be judged, because it leaves out /input/subject/groups',
      '6 subjects of the decision log: subject.assurance is taken as unknown, because no policy read it when they asked',
    ]);
  });

  test('reports the time at which people ask if a policy reads it', () => {
    const time = { at: '2026-11-25T12:00:00.000Z', owners: ['hzb', 'psi'] };
    assert.deepEqual(notesOf({ ...large, log: null, time }), [
      'asked as of 2026-11-25T12:00:00.000Z, which the policy of hzb and of psi reads: at another --time, more may change',
    ]);
  });

  test('reports the labs whose signatures a gateway verifies, and it does not', () => {
    assert.deepEqual(notesOf({ ...large, log: null, unverified: ['esrf', 'psi'] }), [
      'signatures of esrf, psi are not verified here, so that no image is verified or failed: --gateway compares images as a gateway has judged them',
    ]);
  });

  test('a change that is to stop goes before what was not judged, and that before what was not read', () => {
    const unread = [{ registry: 'psi/harbor', failure: null }];
    const unjudged = [{ side: 'new', owner: 'esrf', inputs: 2 }] as const;
    const all = { ...large, unread, unjudged };
    assert.throws(() => assertMayShip(all, 'loosened'), { code: 'POLICY_CHANGED' });
    const none = { ...all, changes: [] };
    assert.throws(() => assertMayShip(none, 'loosened'), { code: 'POLICY_UNJUDGED' });
    assert.throws(() => assertMayShip({ ...none, unjudged: [] }, 'any'), { code: 'SOURCE_UNAVAILABLE' });
    assertMayShip({ ...none, unjudged: [], unread: [] }, 'any');
    assertMayShip({ ...large, changes: large.changes.slice(0, 30) }, 'tightened');
  });
});
