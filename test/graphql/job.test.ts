// Candidate.job as callers ask for it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { cluster, nodeType } from '../support/compute.ts';
import { heldBy } from '../support/main-thread.ts';
import { digestOf, imageRecord } from '../support/records.ts';
import { callerOf, createWorld, testEngine, type World } from '../support/world.ts';

const EM = 'urn:geant:esrf.eu:group:em';
const QUERY = `query Job($scheduler: Scheduler, $engine: JobEngine, $with: JobInput) {
  match { nodes {
    job(scheduler: $scheduler, engine: $engine, with: $with) { scheduler engine fileName text submit notes }
    noJob(scheduler: $scheduler, engine: $engine, with: $with)
    versions { job(scheduler: $scheduler, engine: $engine, with: $with) { text } }
  } }
}`;

const RESOURCE = cluster({
  engines: ['apptainer', 'docker'].map((name) => ({ name, version: null, where: 'compute' as const })),
  nodes: [nodeType({ architecture: 'amd64' })],
  subuids: true,
  use: { everyone: false, groups: [EM], sites: [] },
});
const IMAGE = imageRecord({
  ...{ facility: 'esrf', registry: 'esrf/main', repository: 'em/relion', digest: digestOf(7) },
  frameworks: [{ name: 'relion', version: '5.0', raw: 'relion 5.0' }],
});
const MEMBER = callerOf({ ...ANONYMOUS.subject, authenticated: true, groups: [EM] });

describe('the job of a candidate', () => {
  let engine: LocalPolicyEngine;
  let world: World;
  before(async () => {
    engine = await testEngine();
    world = await createWorld([{ registry: 'esrf/main', facility: 'esrf', records: [IMAGE] }], engine, {
      resources: [RESOURCE],
    });
  });
  after(() => engine.close());

  const ask = async (variables: object, caller: Caller = MEMBER) =>
    JSON.parse(await world.ask(QUERY, variables as Record<string, unknown>, caller));

  test('is the scheduler’s text, of the best engine or the one that is asked for, as of each version', async () => {
    const { nodes } = (await ask({ with: { command: ['relion_refine', "it's"], data: ['/data/a b/'] } })).data
      .match;
    const [{ job, noJob, versions }] = nodes;
    assert.equal(noJob, null);
    assert.equal(job.engine, 'APPTAINER');
    assert.equal(job.submit, 'sbatch relion.slurm.sh');
    assert.match(job.text, /^#!\/bin\/bash\n#SBATCH --job-name=relion\n/);
    assert.match(job.text, new RegExp(`${digestOf(7)} relion_refine 'it'\\\\''s'\\n$`));
    assert.match(job.text, /source=\/data\/a b,/);
    assert.deepEqual(versions, [{ job: { text: job.text } }]);
    const docker = (await ask({ engine: 'DOCKER', scheduler: 'SLURM' })).data.match.nodes[0].job;
    assert.equal(docker.engine, 'DOCKER');
  });

  test('is not there for who may not send jobs, who is told why', async () => {
    const [{ job, noJob }] = (await ask({}, ANONYMOUS)).data.match.nodes;
    assert.equal(job, null);
    assert.match(noJob, new RegExp(`members of these groups send jobs there: ${EM}`));
  });

  test('is refused with what is wrong, for what no command line or engine can have', async () => {
    for (const [asked, message] of [
      [{ command: Array(257).fill('x') }, '`with.command` may have 256 words, not 257.'],
      [{ command: ['x'.repeat(4_097)] }, 'A text of `with.command` may have 4096 characters, not 4097.'],
      [{ command: ['x', 'a\0b'] }, 'A text of `with.command` has a character that no command line can have.'],
      [{ command: ['', 'x'] }, '`with.command` begins with the program, which has no name here.'],
      [
        { command: Array(8).fill('x'.repeat(4_096)), data: ['/x'] },
        '`with.command` and `with.data` may have 32768 characters together, not 32770.',
      ],
      [{ data: Array(33).fill('/x') }, '`with.data` may have 32 paths, not 33.'],
      [{ data: ['/x', '/a:b'] }, '`with.data[1]` is no path that every engine can bind.'],
      [{ data: ['relative'] }, '`with.data[0]` is no path that every engine can bind.'],
      [{ credentials: 'x\0' }, 'A text of `with.credentials` has a character that no command line can have.'],
    ] as const) {
      const { errors } = await ask({ with: asked });
      assert.equal(errors[0].message, message);
      assert.equal(errors[0].extensions.code, 'BAD_INPUT');
    }
  });

  test('of many candidates are written while others are answered, and no more of them once the answer is too long', async () => {
    const records = Array.from({ length: 100 }, (_, index) => {
      const name = `f${index % 5}`;
      return imageRecord({
        ...{ facility: 'esrf', registry: 'esrf/main', repository: `em/${name}`, digest: digestOf(index + 1) },
        frameworks: [{ name, version: `${index}`, raw: `${name} ${index}` }],
      });
    });
    const resources = Array.from({ length: 5 }, (_, index) => ({ ...RESOURCE, id: `esrf/r${index}` }));
    const large = await createWorld([{ registry: 'esrf/main', facility: 'esrf', records }], engine, {
      resources,
    });
    const query = QUERY.replace('match {', 'match(first: 25) {').replace(
      'versions {',
      'versions(first: 20) {',
    );
    // The text that takes the longest to quote.
    const command = Array(8).fill('a\x7f'.repeat(2_048));
    const { result, held } = await heldBy(() => large.ask(query, { with: { command } }, MEMBER));
    assert.equal(JSON.parse(result).errors[0].extensions.code, 'LIMIT_EXCEEDED');
    assert.ok(held < 400, `${held.toFixed()} ms`);
  });
});
