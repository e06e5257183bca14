// The promise that everything rests on: what is decided for a class is what the module decides for each of its records
// and subjects, asked directly with all of its input. For every module that the project carries.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type * as Sdk from '@open-policy-agent/opa-wasm';
import pino from 'pino';
import { facilitySchema } from '../../../src/config/facility.ts';
import { cacheSchema, limitsSchema, policiesSchema } from '../../../src/config/limits.ts';
import { ACTIONS, type Decision } from '../../../src/model/decision.ts';
import type { ImageRecord } from '../../../src/model/image.ts';
import type { Place, Subject } from '../../../src/model/subject.ts';
import { readBundle } from '../../../src/policy/bundle/read.ts';
import { createPolicyEngine, type LocalPolicyEngine } from '../../../src/policy/create-engine.ts';
import { recordInput, requestInput, subjectInput } from '../../../src/policy/decisions/input.ts';
import fc, { runs } from '../../support/fast-check.ts';
import { snapshotOf } from '../../support/policies.ts';
import { arbitraryRecord, FACILITIES } from '../../support/records.ts';
import { arbitraryPlace, arbitrarySubject } from '../../support/subjects.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const WITH_POLICY = ['desy', 'esrf', 'elettra'] as const;
const { loadPolicySync }: typeof Sdk = createRequire(import.meta.url)('@open-policy-agent/opa-wasm');

type Direct = (record: ImageRecord, subject: Subject, at: Place | null) => Decision;

/** The module itself: no projection, no class, no cache, no worker. */
async function direct(owner: string): Promise<Direct> {
  const { wasm, entrypoint } = await readBundle(`${ROOT}policies/bundle/${owner}.tar.gz`, owner);
  const policy = loadPolicySync(wasm, { initial: 128, maximum: 1_024 });
  return (record, subject, at) => {
    const input = { record: recordInput(record), subject: subjectInput(subject), request: requestInput(at) };
    return policy.evaluate(input, entrypoint)[0].result;
  };
}

describe('decisions by class', () => {
  let engine: LocalPolicyEngine;
  const modules = new Map<string, Direct>();
  before(async () => {
    for (const owner of ['federation', ...WITH_POLICY]) modules.set(owner, await direct(owner));
    engine = await createPolicyEngine({
      config: {
        baseDirectory: ROOT,
        policies: policiesSchema.parse(undefined),
        limits: limitsSchema.parse({ policyDeadline: 10_000 }),
        cache: cacheSchema.parse(undefined),
        facilities: WITH_POLICY.map((id) =>
          facilitySchema.parse({
            id,
            name: id,
            policy: `policies/bundle/${id}.tar.gz`,
            registries: [{ key: 'main', kind: 'file', url: 'x', pull: 'registry.example' }],
          }),
        ),
      },
      logger: pino({ level: 'silent' }),
      threads: 1,
    });
  });
  after(() => engine.close());

  const asked = (facility: string) =>
    fc.record({
      records: fc.array(arbitraryRecord(facility), { minLength: 1, maxLength: 40 }),
      people: fc.array(fc.tuple(arbitrarySubject(), arbitraryPlace()), { minLength: 1, maxLength: 4 }),
    });

  for (const facility of FACILITIES) {
    test(`at ${facility} are the modules’ own for each record, subject and place`, async () => {
      const owners = ['federation', ...WITH_POLICY.filter((id) => id === facility)];
      await fc.assert(
        fc.asyncProperty(asked(facility), async ({ records, people }) => {
          const snapshot = snapshotOf(records, { facility, registry: 'main' });
          // All at once: what one of them is answered must not be another's.
          const verdicts = await Promise.all(people.map(([who, at]) => engine.decide([snapshot], who, at)));
          for (const [person, [who, at]] of people.entries()) {
            for (const [index, record] of records.entries()) {
              const decisions = owners.map((owner) => modules.get(owner)!(record, who, at));
              for (const action of ACTIONS) {
                const bits = verdicts[person]!.bits(snapshot, action);
                assert.equal(
                  ((bits[index >>> 5]! >>> (index & 31)) & 1) === 1,
                  decisions.every((decision) => decision[action]),
                  `${action} of ${JSON.stringify(record)} by ${JSON.stringify(who)} at ${JSON.stringify(at)}`,
                );
              }
              assertReasons(verdicts[person]!.reveal(snapshot, index), verdicts[person]!, owners, decisions);
            }
          }
        }),
        { numRuns: runs(12) },
      );
    });
  }

  test('are both yes and no for records and people such as these', async () => {
    // Otherwise the properties above would hold of an engine that denies everything.
    const decide = modules.get('federation')!;
    const seen = new Set<string>();
    fc.assert(
      fc.property(arbitraryRecord(), arbitrarySubject(), arbitraryPlace(), (record, who, at) => {
        const { discover, pull, execute } = decide(record, who, at);
        seen.add([discover, pull, execute].join());
      }),
      { numRuns: runs(1_000) },
    );
    assert.deepEqual([...seen].sort(), [
      'false,false,false',
      'true,false,false',
      'true,true,false',
      'true,true,true',
    ]);
  });
});

type Verdict = Awaited<ReturnType<LocalPolicyEngine['decide']>>;

/** The reasons are those of the modules that deny, against the denied actions. */
function assertReasons(
  image: ReturnType<Verdict['reveal']>,
  verdict: Verdict,
  owners: readonly string[],
  decisions: readonly Decision[],
): void {
  if (image === null) return;
  const expected = new Set<string>();
  for (const [module, decision] of decisions.entries()) {
    for (const { action, code } of decision.reasons) {
      if (!decision[action]) expected.add(`${owners[module]} ${action} ${code}`);
    }
  }
  const told = verdict.access(image).reasons.filter(({ policy }) => policy !== 'panfed');
  assert.deepEqual(
    [...new Set(told.map(({ policy, action, code }) => `${policy} ${action} ${code}`))].sort(),
    [...expected].sort(),
  );
}
