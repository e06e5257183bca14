// What panfed says of an image at a compute resource, and what the scheduler of a real cluster says of its job: the same.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { judgeMachine } from '../../src/matching/candidate.ts';
import { needsOf } from '../../src/matching/needs.ts';
import { slurmNodes } from '../../src/matching/nodes/slurm.ts';
import { NO_QUESTION } from '../../src/matching/question.ts';
import { whole } from '../../src/matching/verdict.ts';
import type { ComputeResource, NodeType } from '../../src/model/compute.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import { loadMicroarchitectures } from '../../src/vocabulary/microarchitectures.ts';
import { needsCluster } from '../support/cluster/folder.ts';
import { type Cluster, startCluster } from '../support/cluster/start.ts';
import { computeResource } from '../support/compute.ts';
import { jobFor, requirements, runnable } from '../support/jobs.ts';

const MIB = 1_024 ** 2;
const DAY = 86_400;

/** What jobs ask for: cores, MiB, seconds and a GPU. The cluster has 16, 64,000, 2 days and two. */
const CASES: readonly (readonly [number | null, number | null, number | null, boolean])[] = [
  [null, null, null, false],
  [1, 100, 60, false],
  [16, 64_000, 2 * DAY, false],
  [16, 64_000, 2 * DAY, true],
  [17, null, null, false],
  [16, null, null, false],
  [3, 64_000, null, false],
  [7, 63_999, null, false],
  [null, 64_000, null, false],
  [null, 64_001, null, false],
  [16, 64_001, null, false],
  [null, 1_000_000, null, false],
  [null, null, 2 * DAY, false],
  [null, null, 2 * DAY + 60, false],
  [null, null, 30 * DAY, false],
  [2, 2_000, 3_600, true],
  [17, 100, 60, true],
  [1, 64_001, 60, true],
  [1, 100, 2 * DAY + 60, true],
  [17, 64_001, 3 * DAY, false],
  [1_000, null, null, false],
  [15, 1, 1, false],
];

describe('panfed and the scheduler say the same of each job', needsCluster, () => {
  let cluster: Cluster;
  let nodes: readonly NodeType[];
  before(async () => {
    cluster = await startCluster();
    const { stdout } = await cluster.run('scontrol show node --json');
    nodes = slurmNodes(JSON.parse(stdout), 'all', () => false);
    assert.equal(nodes.length, 1);
  });
  after(() => cluster?.close());

  test('of Slurm, whose own answer says what there is', async () => {
    const resource = resourceOf({ scheduler: 'slurm', partition: 'all', timeLimit: 2 * DAY });
    await assertSame(resource, 'sbatch --test-only "$FILE"', (code) => code === 0);
  });

  test('of Grid Engine', async () => {
    const resource = resourceOf({
      ...{ scheduler: 'gridengine', partition: 'all.q', timeLimit: 2 * DAY },
      ...{ parallelEnvironment: 'smp', memoryResource: 'job_memory', gpuResource: 'gpu' },
    });
    await assertSame(resource, 'qsub -w v "$FILE"', (code) => code === 0);
  });

  test('of HTCondor, which knows of no limit of time', async () => {
    const resource = resourceOf({ scheduler: 'htcondor' });
    const analyze = 'id=$(condor_submit -terse "$FILE" | head -1); condor_q -better-analyze "$' + '{id%% *}"';
    await assertSame(
      resource,
      analyze,
      (_, stdout) => Number(/(\d+) are able to run your job/.exec(stdout)?.[1]) > 0,
    );
  });

  const resourceOf = (over: Partial<ComputeResource>): ComputeResource =>
    computeResource({ nodes, engines: [{ name: 'apptainer', version: null, where: 'compute' }], ...over });

  /** All cases, of which some are refused and some are not. */
  async function assertSame(
    resource: ComputeResource,
    command: string,
    isTaken: (code: number, stdout: string) => boolean,
  ): Promise<void> {
    const said = { taken: 0, refused: 0 };
    for (const [cpus, memory, time, hasGpu] of CASES) {
      const requires = requirements({
        gpu: hasGpu
          ? { vendor: 'nvidia', minimumCuda: null, memory: null }
          : { vendor: 'none', minimumCuda: null, memory: null },
      });
      const question = { ...NO_QUESTION, cpus, memory: memory === null ? null : memory * MIB, time };
      const needs = needsOf({
        requires,
        platforms: ['linux/amd64'],
        environment: [],
        reads: [],
        techniques: [],
      });
      const { findings } = judgeMachine(needs, resource, question, {
        vocabulary: loadVocabulary(),
        microarchitectures: loadMicroarchitectures(),
      });
      const isPossible = whole(findings) !== 'no';
      const one = runnable(resource.scheduler, 'apptainer', { resource, requires, question });
      const job = jobFor({ ...one, node: nodes[0] as NodeType }, { command: ['true'] });
      const { code, stdout, stderr } = await cluster.run(`printf %s "$TEXT" >"$FILE" && ${command}`, {
        env: { TEXT: job.text, FILE: job.fileName },
      });
      const asked = JSON.stringify({ cpus, memory, time, hasGpu });
      assert.equal(isTaken(code, stdout), isPossible, `${asked}\n${stdout}${stderr}\n${job.text}`);
      said[isPossible ? 'taken' : 'refused'] += 1;
    }
    assert.ok(said.taken >= 8 && said.refused >= 5, JSON.stringify(said));
  }
});
