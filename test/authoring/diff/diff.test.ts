import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { diffPolicies, type KindOfChange } from '../../../src/authoring/diff/diff.ts';
import { openEngines } from '../../../src/authoring/diff/engines.ts';
import type { Config } from '../../../src/config/schema.ts';
import { ACTIONS, type Action } from '../../../src/model/decision.ts';
import { type ImageRecord, SHARINGS } from '../../../src/model/image.ts';
import { ANONYMOUS, type Place, type Subject } from '../../../src/model/subject.ts';
import { demo } from '../../catalogs/demo.ts';
import { bundleFolder, snapshotOf } from '../../support/policies.ts';
import { digestOf, imageRecord } from '../../support/records.ts';
import { place, subject } from '../../support/subjects.ts';
import { needsOpa } from '../opa.ts';

/** Rego of a federation's rules, with the same in our own words. */
const OLD = {
  rego: `decision := {"discover": true, "pull": pull, "execute": execute, "reasons": []}
default pull := false
pull if input.record.sharing == "open"
default execute := false
execute if { pull; input.request.at.allowsUnverified == true }`,
  decide: ({ sharing }: ImageRecord, _: Subject, at: Place | null) => ({
    discover: true,
    pull: sharing === 'open',
    execute: sharing === 'open' && at?.allowsUnverified === true,
  }),
};
const NEW = {
  rego: `decision := {"discover": pull, "pull": pull, "execute": pull, "reasons": reasons}
default pull := false
pull if { input.record.sharing in {"open", "conditional"}; input.subject.authenticated == true }
reasons := [{"code": "NO", "action": action, "params": {}} | not pull; some action in ["discover", "pull", "execute"]]`,
  decide: ({ sharing }: ImageRecord, { authenticated }: Subject) => {
    const pull = authenticated && (sharing === 'open' || sharing === 'conditional');
    return { discover: pull, pull, execute: pull };
  },
};
const reads = [
  ['record', 'sharing'],
  ['subject', 'authenticated'],
  ['request', 'at'],
];

const records = Array.from({ length: 70 }, (_, index) => {
  const sharing = SHARINGS[index % SHARINGS.length] ?? 'unknown';
  return imageRecord({ digest: digestOf(index), sharing, stated: { sharing } });
});
const snapshots = [snapshotOf(records.slice(0, 40)), snapshotOf(records.slice(40), { registry: 'other' })];
const places = [null, place({ allowsUnverified: true }), place({ facility: 'psi' })];
const people = [
  { name: 'stranger', title: 'not signed in', subject: ANONYMOUS.subject, places },
  { name: 'somebody', title: 'signed in', subject: subject(), places },
  { name: 'another', title: 'signed in as well', subject: subject(), places: [null] },
];

const config: Config = {
  ...demo.config,
  facilities: demo.config.facilities.filter(({ id }) => id === 'psi'),
};
const sidesOf = (before: string, after: string) => ({
  owners: ['federation'],
  old: new Map([['federation', before]]),
  new: new Map([['federation', after]]),
  close: async () => {},
});

/** The whole diff of two federations over the records above, and what was not judged. */
async function diffOf(before: string, after: string) {
  const engines = await openEngines(config, sidesOf(before, after));
  try {
    const diff = await diffPolicies({ ...engines, snapshots, subjects: people });
    return { diff, unjudged: engines.unjudged() };
  } finally {
    await engines.close();
  }
}

/** Images for which the action changes from `shut` to `open` at any of the person's places, asked one by one. */
function changed(
  { subject: who, places: at }: (typeof people)[number],
  action: Action,
  [open, shut]: readonly [typeof NEW.decide | typeof OLD.decide, typeof NEW.decide | typeof OLD.decide],
): number {
  return records.filter((record) =>
    at.some((where) => open(record, who, where)[action] && !shut(record, who, where)[action]),
  ).length;
}

const kindText = ({ direction, action, owners, reasons, images, subjects, example }: KindOfChange) =>
  `${direction} ${action} ${owners} ${reasons.map(({ code }) => code)} ${images} ${subjects} ${example.at}`;

describe('the diff of two policies', needsOpa, () => {
  test('counts what asking about each image alone does', async () => {
    await using folder = await bundleFolder();
    const before = await folder.write('old', await bytes(folder, OLD.rego));
    const after = await folder.write('new', await bytes(folder, NEW.rego));
    const { diff, unjudged } = await diffOf(before, after);
    assert.deepEqual(unjudged, []);
    assert.deepEqual([diff.images, diff.subjects], [70, 3]);
    assert.deepEqual(
      diff.effects,
      people.map((person) => ({
        subject: person.name,
        gains: countsOf((action) => changed(person, action, [NEW.decide, OLD.decide])),
        losses: countsOf((action) => changed(person, action, [OLD.decide, NEW.decide])),
      })),
    );
  });

  test('groups by direction, action, owner and reasons, with the first person and place', async () => {
    await using folder = await bundleFolder();
    const before = await folder.write('old', await bytes(folder, OLD.rego));
    const after = await folder.write('new', await bytes(folder, NEW.rego));
    const { diff } = await diffOf(before, after);
    // 18 of 70 are open, 18 conditional, 17 none, 17 unknown.
    assert.deepEqual(diff.changes.map(kindText), [
      'loosened pull federation NOT_ALLOWED 18 somebody,another null',
      'loosened execute federation NOT_ALLOWED 18 somebody,another null',
      'loosened execute federation PULL_REQUIRED 18 somebody,another null',
      'tightened discover federation NO 70 stranger,somebody,another null',
      'tightened pull federation NO 18 stranger null',
      'tightened execute federation NO 18 stranger esrf',
    ]);
  });

  test('has what a module does not judge as denied, and says so', async () => {
    await using folder = await bundleFolder();
    const before = await folder.write('old', await bytes(folder, OLD.rego));
    const undefinedForNone = OLD.rego.replace(
      '"reasons": []}',
      '"reasons": []} if input.record.sharing != "none"',
    );
    const after = await folder.write('new', await bytes(folder, undefinedForNone));
    const { diff, unjudged } = await diffOf(before, after);
    assert.deepEqual(diff.changes.map(kindText), [
      'tightened discover federation POLICY_FAILED 17 stranger,somebody,another null',
    ]);
    assert.deepEqual(
      unjudged.map(({ side, owner, inputs }) => [side, owner, inputs > 0]),
      [['new', 'federation', true]],
    );
  });

  test('judges without the policy of a facility that ships it itself, and names the facility', async () => {
    await using folder = await bundleFolder();
    const before = await folder.write('old', await bytes(folder, OLD.rego));
    const after = await folder.write('new', await bytes(folder, NEW.rego));
    const policy = { source: 'psi.tar.gz', algorithm: 'ES256' as const, key: { env: 'KEY' }, keyId: 'psi' };
    const facilities = config.facilities.map((facility) => ({ ...facility, policy }));
    const engines = await openEngines({ ...config, facilities }, sidesOf(before, after));
    try {
      assert.deepEqual(engines.absent, ['psi']);
      assert.deepEqual(engines.reads('psi').length, 2 * reads.length);
      const of = [snapshotOf(records, { facility: 'psi' })];
      const { changes } = await diffPolicies({ ...engines, snapshots: of, subjects: people });
      assert.ok(changes.some(({ direction }) => direction === 'loosened'));
    } finally {
      await engines.close();
    }
  });

  test('names whose policy reads the time, on either side', async () => {
    await using folder = await bundleFolder();
    const before = await folder.write('old', await bytes(folder, OLD.rego));
    const after = await folder.compile('federation', {
      rego: 'decision := {"discover": true, "pull": true, "execute": true, "reasons": []} if input.request.time.hour < 25',
      reads: [['request', 'time', 'hour']],
      time: { bucket: 3_600 },
    });
    for (const [old, next, timed] of [
      [before, before, []],
      [before, after, ['federation']],
      [after, before, ['federation']],
    ] as const) {
      const engines = await openEngines(config, sidesOf(old, next));
      await engines.close();
      assert.deepEqual(engines.timed, timed);
    }
  });

  test('tries a person on the images of the facilities that they asked, and sums how often they were seen', async () => {
    await using folder = await bundleFolder();
    const before = await folder.write('old', await bytes(folder, OLD.rego));
    const after = await folder.write('new', await bytes(folder, NEW.rego));
    const engines = await openEngines(config, sidesOf(before, after));
    try {
      const [, somebody, another] = people as [(typeof people)[0], (typeof people)[0], (typeof people)[0]];
      const elsewhere = { ...another, name: 'elsewhere', facilities: ['psi'], uses: 5 };
      const subjects = [{ ...somebody, uses: 3 }, { ...another, facilities: ['esrf'], uses: 4 }, elsewhere];
      const { effects, changes } = await diffPolicies({ ...engines, snapshots, subjects });
      assert.deepEqual(
        effects.map(({ subject: name, uses }) => [name, uses]),
        [
          ['somebody', 3],
          ['another', 4],
        ],
      );
      assert.deepEqual([changes[0]?.subjects, changes[0]?.uses], [['somebody', 'another'], 7]);
    } finally {
      await engines.close();
    }
  });

  test('refuses a bundle that is none before anything is evaluated', async () => {
    await using folder = await bundleFolder();
    const before = await folder.write('old', await bytes(folder, OLD.rego));
    const after = await folder.write('new', new TextEncoder().encode('not it'));
    await assert.rejects(diffOf(before, after), { code: 'POLICY_INVALID', at: after });
  });
});

const countsOf = (of: (action: Action) => number) =>
  Object.fromEntries(ACTIONS.map((action) => [action, of(action)]));

async function bytes(folder: Awaited<ReturnType<typeof bundleFolder>>, rego: string): Promise<Uint8Array> {
  return readFile(await folder.compile('federation', { rego, reads }));
}
