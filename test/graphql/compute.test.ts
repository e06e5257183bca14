// Compute resources as callers are shown them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ComputeResource } from '../../src/model/compute.ts';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { cluster, EVERYONE, nodeType } from '../support/compute.ts';
import fc, { runs } from '../support/fast-check.ts';
import { callerOf, createWorld, testEngine } from '../support/world.ts';

const EM = 'urn:geant:esrf.eu:group:em';
const QUERY = `{
  computeResources { id name facility { id } scheduler partition engines { name version where }
    nodes { count architecture microarchitecture cores memory gpus { vendor model count memory driver cuda } }
    timeLimit fabric mpi { family versions pmi } readsDataOf { id } allowsUnverified use
    reasons { code action message policy } }
  facilities { id compute { id } }
}`;

const audience = (groups: readonly string[], sites: readonly string[] = []) => ({
  ...{ everyone: false, groups, sites },
});

const OPEN = cluster({ id: 'desy/cpu', facility: 'desy' });
const FOR_GROUP = cluster({
  ...{ id: 'esrf/gpu', use: audience([EM]), timeLimit: 604_800 },
  nodes: [
    nodeType({
      ...{ count: 4, architecture: 'amd64', cores: 64, memory: 549_755_813_888 },
      gpus: [
        { vendor: 'nvidia', model: 'A100', count: 4, memory: 42_949_672_960, driver: null, cuda: '12.4' },
      ],
    }),
  ],
});
const HIDDEN = cluster({ id: 'esrf/staff', visible: audience([], ['esrf']) });

describe('compute resources', () => {
  let engine: LocalPolicyEngine;
  before(async () => {
    engine = await testEngine();
  });
  after(() => engine.close());

  const ask = async (resources: readonly ComputeResource[], caller: Caller) => {
    const world = await createWorld([], engine, { resources });
    return world.ask(QUERY, {}, caller);
  };
  const data = async (resources: readonly ComputeResource[], caller: Caller) =>
    JSON.parse(await ask(resources, caller)).data;

  test('are those that the caller may know of, with why they may not use one', async () => {
    const { computeResources, facilities } = await data([OPEN, FOR_GROUP, HIDDEN], ANONYMOUS);
    assert.deepEqual(
      computeResources.map(({ id, use }: { id: string; use: boolean }) => [id, use]),
      [
        ['desy/cpu', true],
        ['esrf/gpu', false],
      ],
    );
    assert.deepEqual(computeResources[1].reasons, [
      {
        ...{ code: 'RESOURCE_GROUP_REQUIRED', action: 'EXECUTE', policy: 'federation' },
        message: `Lab ESRF lets members of these groups send jobs there: ${EM}.`,
      },
    ]);
    assert.equal(computeResources[1].nodes[0].memory, 549_755_813_888);
    const [esrf] = facilities.filter(({ id }: { id: string }) => id === 'esrf');
    assert.deepEqual(esrf.compute, [{ id: 'esrf/gpu' }]);
  });

  test('are used by members of the group, and seen by members of the site', async () => {
    const member = callerOf({ ...ANONYMOUS.subject, authenticated: true, groups: [EM], sites: ['esrf'] });
    const { computeResources } = await data([FOR_GROUP, HIDDEN], member);
    assert.deepEqual(
      computeResources.map(({ id, use }: { id: string; use: boolean }) => [id, use]),
      [
        ['esrf/gpu', true],
        ['esrf/staff', true],
      ],
    );
  });

  test('that the caller may not know of change no byte of any answer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.boolean(), fc.constantFrom('esrf', 'desy'), fc.boolean()), { maxLength: 6 }),
        async (wishes) => {
          const resources = wishes.map(([isHidden, facility, isUsable], index) =>
            cluster({
              ...{ id: `${facility}/r${index}`, facility },
              visible: isHidden ? audience([EM], ['psi']) : EVERYONE,
              use: isUsable ? EVERYONE : audience([], ['psi']),
            }),
          );
          const visible = resources.filter((_, index) => wishes[index]?.[0] === false);
          assert.equal(await ask(resources, ANONYMOUS), await ask(visible, ANONYMOUS));
        },
      ),
      { numRuns: runs(20) },
    );
  });
});
