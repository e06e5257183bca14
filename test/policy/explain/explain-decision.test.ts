import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ACTIONS, type Action } from '../../../src/model/decision.ts';
import type { ImageRecord } from '../../../src/model/image.ts';
import { ANONYMOUS, type Place, type Subject } from '../../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../../src/policy/create-engine.ts';
import type { VisibleImage } from '../../../src/policy/engine.ts';
import type { Explanation } from '../../../src/policy/explain/explain-decision.ts';
import fc, { runs } from '../../support/fast-check.ts';
import { snapshotOf } from '../../support/policies.ts';
import { arbitraryRecords, condition, imageRecord, license } from '../../support/records.ts';
import { arbitraryPlace, arbitrarySubject, subject } from '../../support/subjects.ts';
import { CONFIG, testEngine } from '../../support/world.ts';

const EM = 'urn:geant:esrf.eu:group:em';
const ESRF: Place = { facility: 'esrf', allowsUnverified: true, licenseServers: [] };

describe('an explanation', () => {
  let engine: LocalPolicyEngine;
  before(async () => {
    engine = await testEngine();
  });
  after(() => engine.close());

  async function explain(
    record: ImageRecord,
    who: Subject,
    at: Place | null = null,
  ): Promise<ReadonlyMap<string, Explanation>> {
    const all = await engine.explain(record as VisibleImage, who, at);
    return new Map(all.map((one) => [one.owner, one]));
  }

  const textsFor = (explanation: Explanation | undefined, action: Action) =>
    explanation?.nearest
      .filter((way) => way.action === action)
      .map(({ steps }) => steps.map(({ text }) => text).join(', and '));

  test('has one part a module that judges the image, with its revision', async () => {
    const esrf = await explain(imageRecord(), subject());
    assert.deepEqual([...esrf.keys()], ['federation', 'esrf']);
    assert.match(esrf.get('esrf')?.revision ?? '', /^sha256:[0-9a-f]{64}$/);
    assert.deepEqual(
      [...(await explain(imageRecord({ facility: 'psi' }), subject())).keys()],
      ['federation'],
    );
  });

  test('may be of one owner alone, and never of one that does not judge the image', async () => {
    const image = imageRecord() as VisibleImage;
    const owners = async (owner: string) =>
      (await engine.explain(image, subject(), null, owner)).map((one) => one.owner);
    assert.deepEqual(await owners('esrf'), ['esrf']);
    assert.deepEqual(await owners('desy'), []);
    assert.deepEqual(await owners('preference'), []);
  });

  test('shows what the module was given and no more: none of a name, an id or a field that it does not read', async () => {
    const { input } = (await explain(imageRecord(), subject({ academic: true }))).get('esrf') ?? {};
    assert.deepEqual(JSON.parse(input ?? ''), {
      record: { sharing: 'open', stated: { sharing: 'open' } },
      subject: { academic: true, sites: [] },
      request: {},
    });
  });

  test('has no nearest change where all is allowed', async () => {
    const { access, nearest } = (await explain(imageRecord(), subject(), ESRF)).get('federation') ?? {};
    assert.deepEqual(access, { discover: true, pull: true, execute: true, reasons: [] });
    assert.deepEqual(nearest, []);
  });

  test('names the groups, any of which is enough', async () => {
    const groups = [EM, 'urn:geant:esrf.eu:group:staff'];
    const record = imageRecord({ sharing: 'conditional', listed: true, groups });
    const { access, nearest } = (await explain(record, subject())).get('federation') ?? {};
    assert.deepEqual([access?.discover, access?.pull], [true, false]);
    assert.deepEqual(nearest?.[0], {
      action: 'pull',
      steps: [
        {
          field: 'subject.groups',
          anyOf: groups,
          text: `join one of: ${groups.join(', ')}`,
        },
      ],
    });
  });

  test('names the one fact that is missing, and with it the places', async () => {
    const record = imageRecord({ license: license({ conditions: [condition('academic')] }) });
    const { federation } = Object.fromEntries(await explain(record, subject()));
    assert.deepEqual(textsFor(federation, 'pull'), ['academic: true']);
    assert.deepEqual(textsFor(federation, 'execute'), [
      'academic: true, and name one of these places: esrf, hzb',
    ]);
  });

  test('reports a pair if no single change is enough', async () => {
    const record = imageRecord({
      license: license({
        conditions: [condition('registeredGroup', { groups: [EM] }), condition('academic')],
      }),
    });
    const { federation } = Object.fromEntries(await explain(record, subject()));
    assert.deepEqual(textsFor(federation, 'pull'), [`academic: true, and join ${EM}`]);
    assert.deepEqual(textsFor(federation, 'execute'), [], 'that would take three');
  });

  test('reports every way that is equally near', async () => {
    const { desy } = Object.fromEntries(
      await explain(imageRecord({ facility: 'desy', suppliedBy: 'user' }), subject()),
    );
    assert.deepEqual(textsFor(desy, 'execute'), [
      'have an identity of one of: https://refeds.org/assurance/IAP/medium, https://refeds.org/assurance/IAP/high',
      'be a member of desy',
    ]);
  });

  test('begins with signing in for people who have not', async () => {
    const { federation } = Object.fromEntries(await explain(imageRecord(), ANONYMOUS.subject));
    assert.deepEqual(textsFor(federation, 'pull'), ['sign in']);
    const academic = imageRecord({ license: license({ conditions: [condition('academic')] }) });
    const { federation: further } = Object.fromEntries(await explain(academic, ANONYMOUS.subject));
    assert.deepEqual(textsFor(further, 'pull'), ['sign in, and academic: true']);
  });

  test('finds nothing where nothing of a person helps', async () => {
    const record = imageRecord({ license: license({ conditions: [condition('exportControl')] }) });
    const { federation } = Object.fromEntries(await explain(record, subject()));
    assert.deepEqual(textsFor(federation, 'pull'), []);
    assert.deepEqual(
      federation?.access.reasons.filter(({ action }) => action === 'pull').map(({ code }) => code),
      ['EXPORT_CONTROLLED'],
    );
  });

  test('says what the gateway decides, for any record, person and place; and each way leads where it says', async () => {
    let ways = 0;
    const tried = runs(10);
    await fc.assert(
      fc.asyncProperty(
        arbitraryRecords('esrf', 'main'),
        arbitrarySubject(),
        arbitraryPlace(),
        async (records, who, at) => {
          const snapshot = snapshotOf(records);
          const verdict = await engine.decide([snapshot], who, at);
          for (const [index, record] of records.slice(0, 3).entries()) {
            const explained = await engine.explain(record as VisibleImage, who, at);
            for (const action of ACTIONS) {
              const bit = ((verdict.bits(snapshot, action)[index >> 5] ?? 0) >>> (index & 31)) & 1;
              assert.equal(
                explained.every(({ access }) => access[action]),
                bit === 1,
              );
            }
            for (const { owner, nearest } of explained) {
              for (const { action, steps } of nearest) {
                ways += 1;
                const [there, place] = taken(steps, who, at);
                const [reached] = await engine.explain(record as VisibleImage, there, place, owner);
                assert.equal(reached?.access[action], true, JSON.stringify(steps));
              }
            }
          }
        },
      ),
      { numRuns: tried },
    );
    assert.ok(ways > tried, 'no way was tried');
  });
});

/** The person and the place after the steps, each with its first value. */
function taken(steps: Explanation['nearest'][number]['steps'], who: Subject, at: Place | null) {
  let subjectThen: Subject = who;
  let place = at;
  for (const { field, anyOf } of steps) {
    const [value = ''] = anyOf;
    const add = (list: readonly string[]) => [...list, value].sort();
    if (field === 'request.at') {
      const facility = CONFIG.facilities.find(({ id }) => id === value);
      place = facility === undefined ? null : { ...facility, facility: facility.id };
    } else if (field === 'subject.authenticated') subjectThen = { ...subjectThen, authenticated: true };
    else if (field === 'subject.academic') subjectThen = { ...subjectThen, academic: value === 'true' };
    else if (field === 'subject.issuer') subjectThen = { ...subjectThen, issuer: value };
    else {
      const name = field.slice('subject.'.length) as 'groups' | 'assurance' | 'sites' | 'affiliations';
      subjectThen = { ...subjectThen, [name]: add(subjectThen[name]) };
    }
  }
  return [subjectThen, place] as const;
}
