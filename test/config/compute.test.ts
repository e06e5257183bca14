// `facilities[].compute[]`: what is read, and what is refused, with its place.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import type { DescribedProblem } from '../../src/config/problem.ts';
import { FederationError } from '../../src/model/errors.ts';
import { configFile, LEAST, SECRET } from './folder.ts';

const GPU = `{ id: gpu, name: GPU nodes, scheduler: slurm, partition: gpu, timeLimit: 7-00:00:00,
  nodes: [{ architecture: amd64, cores: 64, memory: 512 GiB, gpus: [{ vendor: NVIDIA, count: 4, cuda: "12.4" }] }],
  mpi: [{ family: openmpi, versions: ">=4.1 <5", pmi: pmix }],
  visible: everyone, use: { groups: ["URN:GEANT:ESRF.EU:group:em"], sites: [esrf] } }`;

const withCompute = (...resources: readonly string[]): string =>
  `${LEAST}    compute:\n${resources.map((text) => `      - ${text.replaceAll('\n', ' ')}\n`).join('')}`;

const load = async (context: TestContext, text: string) =>
  loadConfig(await configFile(context, text), { PANFED_SECRET: SECRET });

async function problems(context: TestContext, text: string): Promise<readonly DescribedProblem[]> {
  const error = await load(context, text).then(
    () => assert.fail('the configuration was accepted'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof FederationError);
  return error.extensions?.problems as readonly DescribedProblem[];
}

describe('compute resources of federation.yaml', () => {
  test('are read in bytes, seconds and canonical groups', async (context) => {
    const [gpu] = (await load(context, withCompute(GPU))).facilities[0]?.compute ?? [];
    assert.equal(gpu?.timeLimit, 604_800);
    assert.equal(gpu?.nodes?.[0]?.memory, 549_755_813_888);
    assert.equal(gpu?.nodes?.[0]?.gpus?.[0]?.vendor, 'nvidia');
    assert.deepEqual(gpu?.visible, { everyone: true, groups: [], sites: [] });
    assert.deepEqual(gpu?.use, {
      ...{ everyone: false, groups: ['urn:geant:esrf.eu:group:em'], sites: ['esrf'] },
    });
  });

  const NODES = 'nodes: [{}], scheduler: slurm';
  for (const [text, message] of [
    [`{ id: a, name: A, ${NODES}, use: everyone }`, /visible/],
    [`{ id: a, name: A, ${NODES}, visible: everyone }`, /use/],
    [
      `{ id: a, name: A, ${NODES}, everyNode: { glibc: '2.34' }, visible: everyone, use: everyone }`,
      /everyNode. completes what a .file. says/,
    ],
    [`{ id: a, name: A, ${NODES}, visible: {}, use: everyone }`, /everyone, or at least one group or site/],
    [`{ id: a, name: A, ${NODES}, visible: all, use: everyone }`, /everyone/],
    [`{ id: a, name: A, scheduler: slurm, visible: everyone, use: everyone }`, /either `nodes`/],
    [`{ id: a, name: A, scheduler: slurm, nodes: [], visible: everyone, use: everyone }`, /either `nodes`/],
    [`{ id: a, name: A, nodes: [{}], visible: everyone, use: everyone }`, /a `scheduler`/],
    [`{ id: a, name: A, kind: slurm, visible: everyone, use: everyone }`, /`kind` and `file`/],
    [
      `{ id: a, name: A, kind: slurm, file: f.json, nodes: [{}], visible: everyone, use: everyone }`,
      /either `nodes`/,
    ],
    [`{ id: a, name: A, ${NODES}, timeLimit: 90:00, visible: everyone, use: everyone }`, /number of seconds/],
    [
      `{ id: a, name: A, scheduler: slurm, nodes: [{memory: 512G}], visible: everyone, use: everyone }`,
      /512 GiB/,
    ],
    [`{ id: a, name: A, ${NODES}, partition: "x y", visible: everyone, use: everyone }`, /letters, digits/],
    [`{ id: a, name: A, ${NODES}, visible: { sites: [esfr] }, use: everyone }`, /there is no facility esfr/],
    [
      `{ id: a, name: A, ${NODES}, readsDataOf: [desy], visible: everyone, use: everyone }`,
      /there is no facility desy/,
    ],
    [
      `{ id: a, name: A, ${NODES}, mpi: [{family: openmpi, versions: ">=<"}], visible: everyone, use: everyone }`,
      />=4\.1 <5/,
    ],
  ] as const) {
    test(`are refused with their place: ${text}`, async (context) => {
      const found = await problems(context, withCompute(text));
      assert.match(found.map((one) => `${one.message} ${one.hint}`).join('\n'), message);
      assert.ok(found.every(({ at }) => /:\d+:\d+$/.test(at)));
    });
  }

  test('have ids of their own', async (context) => {
    const [problem] = await problems(context, withCompute(GPU, GPU));
    assert.match(problem?.message ?? '', /two compute resources with the id gpu/);
  });
});
