// Jobs on a real cluster: each scheduler takes what is written for it, the engines that can be had run it, and nothing that comes from
// outside is read as anything but itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Job, jobOf } from '../../src/matching/jobs/job.ts';
import { type JobRequest, NO_REQUEST, NoJob } from '../../src/matching/jobs/plan.ts';
import { NO_QUESTION, type Question } from '../../src/matching/question.ts';
import { JOB_ENGINES, type JobEngine, type Scheduler } from '../../src/model/compute.ts';
import { needsCluster } from '../support/cluster/folder.ts';
import { AWHILE, INSIDE } from '../support/cluster/image.ts';
import { type Cluster, type Output, startCluster } from '../support/cluster/start.ts';
import { computeResource, nodeType } from '../support/compute.ts';

type Batch = Exclude<Scheduler, 'kubernetes'>;
const BATCH: readonly Batch[] = ['slurm', 'gridengine', 'htcondor'];
/** Those that can be had: the others are nowhere but on the sites' own machines. */
const RUNNING: readonly JobEngine[] = ['apptainer', 'podman', 'docker', 'charliecloud'];

const PARTITION = { slurm: 'all', gridengine: 'all.q', htcondor: null } as const;

/** What people and labs may write, of which no shell, scheduler or engine may make anything. */
const HOSTILE = [
  "it's",
  '"quoted"',
  '$(touch "$HOME/pwned")',
  '`touch $HOME/pwned`',
  '; touch $HOME/pwned;',
  '$HOME $$ $' + '{HOME} $$(Arch) $$([1+1]) $(DOLLAR) $(Cluster)',
  'two\nlines\n#$ -N other\n#SBATCH --job-name=other\nqueue 5',
  '\\n \\ %s * ? ~ ! & | > < {a,b} [x]',
  '\u202egnp.exe \u00e9\u{1f52c}',
  '',
  '-c',
];
/** A name that a file system allows, and every engine can bind. */
const HOSTILE_PATH = "/data/it's $(touch pwned) ; `touch pwned` $HOME & #x";

describe('a job', needsCluster, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await startCluster();
    const made = await cluster.run(
      `mkdir -p "$1" && echo data >"$1/file" && chown -R scientist "$1"`.replaceAll('$1', '$FOLDER'),
      { as: 'root', env: { FOLDER: HOSTILE_PATH } },
    );
    assert.equal(made.code, 0, made.stderr);
  });
  after(() => cluster?.close());

  for (const scheduler of BATCH) {
    for (const engine of RUNNING) {
      test(`of ${scheduler} runs in ${engine}, with names as hostile as they get`, async () => {
        const script = [
          AWHILE,
          'cat /etc/inside',
          'echo "FROM_IMAGE=$FROM_IMAGE SECRET=$SECRET"',
          'cat "$0"/file',
          'touch written-there',
          'for each; do printf "<%s>\\n" "$each"; done',
        ];
        const job = jobFor(scheduler, engine, {
          command: ['sh', '-c', script.join('\n'), HOSTILE_PATH, ...HOSTILE],
          data: [HOSTILE_PATH],
          name: HOSTILE.join(' '),
        });
        const { output, folder } = await ran(job);
        const expected = [
          `${INSIDE} of amd64`,
          'FROM_IMAGE=yes SECRET=',
          'data',
          ...HOSTILE.map((text) => `<${text}>`),
        ];
        assert.equal(output, `${expected.join('\n')}\n`);
        const left = await cluster.run(`cd ${folder} && ls; cd; ls -d pwned */pwned /data/*/pwned`);
        assert.match(left.stdout, /^written-there$/m);
        assert.doesNotMatch(left.stdout, /pwned$/m);
      });

      test(`of ${scheduler} and ${engine} ends where the program fails`, async () => {
        const job = jobFor(scheduler, engine, {
          command: ['sh', '-c', `${AWHILE}; echo before; exit 7; echo after`],
        });
        const { output, code } = await ran(job);
        assert.match(output, /^before$/m);
        assert.doesNotMatch(output, /after/);
        assert.notEqual(code, 0);
      });
    }

    test(`of ${scheduler} that needs a GPU does not run on a node that has none`, async () => {
      const job = jobFor(scheduler, 'apptainer', { command: ['cat', '/etc/inside'] }, { gpu: 'NVIDIA' });
      const { output, code } = await ran(job);
      assert.match(output, /This node gives the job no GPU of NVIDIA\./);
      assert.doesNotMatch(output, new RegExp(INSIDE));
      assert.notEqual(code, 0);
    });

    test(`of ${scheduler} is taken by it whichever engine it is for`, async () => {
      for (const engine of JOB_ENGINES) {
        // Shifter binds none such.
        const data = engine === 'shifter' ? ['/data'] : [HOSTILE_PATH];
        const job = jobFor(scheduler, engine, { command: ['sh', '-c', ...HOSTILE], data });
        const { code, stdout, stderr } = await tried(job);
        assert.equal(code, 0, `${engine}: ${stdout}${stderr}\n${job.text}`);
      }
    });
  }

  for (const engine of ['apptainer', 'podman', 'docker'] as const) {
    test(`in ${engine} runs what the image starts by itself, and may not write to the data`, async () => {
      assert.equal((await ran(jobFor('slurm', engine, {}))).output, `${INSIDE} of amd64\n`);
      const writing = jobFor('slurm', engine, {
        command: ['sh', '-c', `${AWHILE}; touch "$0"/file || echo refused`, HOSTILE_PATH],
        data: [HOSTILE_PATH],
      });
      assert.match((await ran(writing)).output, /refused/);
    });
  }

  test('in apptainer starts the ranks of MPI by Slurm, each in the container, with shared memory', async () => {
    const script = [
      'cat /etc/inside',
      'own=/dev/shm/$SLURM_JOB_ID-$PMI_RANK other=/dev/shm/$SLURM_JOB_ID-$((1 - PMI_RANK)) tries=0',
      'touch "$own"',
      'until [ -e "$other" ] || [ $tries = 300 ]; do tries=$((tries + 1)); busybox sleep 0.1; done',
      'busybox rm "$other" && echo "rank $PMI_RANK of $PMI_SIZE: $FROM_IMAGE, [$SECRET]"',
    ];
    const job = jobFor(
      'slurm',
      'apptainer',
      { command: ['sh', '-c', script.join('\n'), HOSTILE_PATH], data: [HOSTILE_PATH] },
      { mpi: true },
    );
    assert.match(job.text, /^srun --export=ALL --mpi=pmi2 /m);
    const { output, code } = await ran(job);
    assert.deepEqual(output.trimEnd().split('\n').sort(), [
      ...[`${INSIDE} of amd64`, `${INSIDE} of amd64`],
      ...['rank 0 of 2: yes, []', 'rank 1 of 2: yes, []'],
    ]);
    assert.equal(code, 0);
  });

  for (const engine of ['apptainer', 'charliecloud'] as const) {
    test(`in ${engine} leaves no folder behind where it is ended before its time`, async () => {
      const job = jobFor('slurm', engine, {
        command: ['sh', '-c', 'cat /etc/inside; exec busybox sleep 600'],
      });
      const { code, stdout, stderr } = await entered(
        job,
        [
          'export TMPDIR="$PWD"',
          job.submit.replace('sbatch', 'sbatch --parsable --export=TMPDIR >id'),
          `until grep -q inside *.out; do sleep 0.1; done`,
          'ls -d tmp.* && scancel "$(cat id)"',
          'while squeue -h -j "$(cat id)" 2>/dev/null | grep -q .; do sleep 0.1; done',
          '! ls -d tmp.* 2>/dev/null',
        ].join(' && '),
      );
      assert.equal(code, 0, `${stdout}${stderr}`);
    });

    test(`in ${engine} runs where the folder for images cannot be written, and says so`, async () => {
      const command = ['cat', '/etc/inside'];
      const refused = await ran(jobFor('slurm', engine, { command }, { imageCache: '/etc/images' }));
      assert.equal(refused.output, `${INSIDE} of amd64\n`);
      assert.match(refused.printed, /^\/etc\/images cannot be written: /m);
      const used = await ran(jobFor('slurm', engine, { command }, { imageCache: '/tmp' }));
      assert.doesNotMatch(used.printed, /cannot be written/);
      assert.notEqual((await cluster.run('ls -A /tmp/scientist')).stdout, '');
    });
  }

  describe('that is ended early takes its container with it', { concurrency: true }, () => {
    for (const [number, engine] of (['docker', 'podman'] as const).entries()) {
      for (const [scheduler, submitted, end, isThere] of [
        ['slurm', 'sbatch --parsable', 'scancel', 'squeue -h -j "$(cat id)" 2>/dev/null | grep -q .'],
        ['gridengine', 'qsub -terse', 'qdel', 'qstat -j "$(cat id)" >/dev/null 2>&1'],
        ['htcondor', 'condor_submit -terse', 'condor_rm', 'condor_q "$(cat id)" -af JobStatus | grep -q .'],
      ] as const) {
        test(`of ${scheduler} in ${engine}`, async () => {
          const sleep = `busybox sleep ${6_000 + 10 * BATCH.indexOf(scheduler) + number}`;
          const job = jobFor(scheduler, engine, {
            command: ['sh', '-c', `touch started; ${sleep}; touch ended`],
          });
          // By its process: what an engine knows of it may be in a /tmp that is the job's own.
          const running = `pgrep -fx "${sleep}" >/dev/null`;
          const { code, stdout, stderr } = await entered(
            job,
            [
              // HTCondor prints the first and the last of its jobs.
              `${submitted} ${job.fileName} | sed 's/ .*//' >id`,
              `until [[ -e started ]] && ${running}; do sleep 0.1; done`,
              `${end} "$(cat id)"`,
              `while ${isThere}; do sleep 0.1; done`,
              `for each in {1..100}; do ${running} || exit 0; sleep 0.1; done; exit 1`,
            ].join(' && '),
          );
          assert.equal(code, 0, `${stdout}${stderr}`);
        });
      }
    }
  });

  test('of gridengine in podman goes on where it is about to be suspended, of which Grid Engine gives notice', async () => {
    const job = jobFor('gridengine', 'podman', {
      command: ['sh', '-c', 'touch started; until [ -e go-on ]; do busybox sleep 0.1; done; touch ended'],
    });
    const { code, stdout, stderr } = await entered(
      job,
      [
        `qsub -terse ${job.fileName} >id`,
        'until [[ -e started ]]; do sleep 0.1; done',
        // The notice comes a minute before the job stands still.
        'qmod -sj "$(cat id)"',
        'sleep 2',
        'touch go-on',
        'while qstat -j "$(cat id)" >/dev/null 2>&1; do sleep 0.1; done',
        '[[ -e ended ]]',
      ].join(' && '),
    );
    assert.equal(code, 0, `${stdout}${stderr}`);
  });

  test('in apptainer reads the credentials that it is given', async () => {
    const job = jobFor('slurm', 'apptainer', {
      command: ['cat', '/etc/inside'],
      credentials: '~/my auth.json',
    });
    await cluster.run(`printf '{"auths":{}}' >'my auth.json'`);
    assert.equal((await ran(job)).output, `${INSIDE} of amd64\n`);
    await cluster.run(`printf 'no JSON' >'my auth.json'`);
    assert.notEqual((await ran(job)).code, 0);
  });

  /** The job that is written for an image of the cluster's registry. */
  function jobFor(
    scheduler: Batch,
    engine: JobEngine,
    request: Partial<JobRequest>,
    {
      gpu = null,
      mpi = false,
      imageCache = null,
      question = {},
    }: {
      gpu?: string | null;
      mpi?: boolean;
      imageCache?: string | null;
      question?: Partial<Question>;
    } = {},
  ): Job {
    const node = nodeType({ architecture: 'amd64' });
    const resource = computeResource({
      ...{ scheduler, partition: PARTITION[scheduler], nodes: [node], subuids: true, imageCache },
      mpi: [{ family: 'mpich', versions: null, pmi: 'pmi2' }],
      ...{ engines: [{ name: engine, version: null, where: 'compute' }], parallelEnvironment: 'smp' },
      ...{ memoryResource: 'job_memory', gpuResource: 'gpu' },
    });
    const { digest, manifests } = cluster.image;
    const job = jobOf(
      {
        image: {
          ...{ digest, reference: `registry.test/em/tool@${digest}` },
          manifests: manifests.map((manifest) => ({ ...manifest, size: null })),
          requires: {
            ...{ architectures: [], cpus: null, memory: null, engines: [], glibc: null },
            mpi: mpi ? 'mpich 4' : null,
            gpu: gpu === null ? null : { vendor: gpu, minimumCuda: null, memory: null },
          },
        },
        ...{ framework: 'tool', resource, node, findings: [], mayRun: true, engines: [engine] },
        question: { ...NO_QUESTION, cpus: 2, memory: 512 * 1024 ** 2, time: 600, ...question },
      },
      { ...NO_REQUEST, ...request },
    );
    if (job instanceof NoJob) throw new Error(job.reason);
    return job;
  }

  /** Writes the job's file into a folder of its own, and enters the command there. */
  async function entered(job: Job, command: string): Promise<Output & { readonly folder: string }> {
    const folder = `run-${Math.random().toString(36).slice(2)}`;
    const written = await cluster.run(
      `mkdir ${folder} && cd ${folder} && printf %s "$TEXT" >"$FILE" && ${command}`,
      {
        env: { TEXT: job.text, FILE: job.fileName, SECRET: 'secret-of-the-login' },
      },
    );
    return { ...written, folder };
  }

  /** Asks the scheduler whether it takes the job, without running it. */
  const tried = (job: Job) =>
    entered(
      job,
      {
        slurm: 'sbatch --test-only "$FILE"',
        gridengine: 'qsub -w v "$FILE"',
        htcondor: 'condor_submit -dry-run /dev/null "$FILE"',
      }[job.scheduler as Batch],
    );

  /** Submits the job as it says, waits for its end, and reads what it printed. */
  async function ran(job: Job): Promise<{
    readonly output: string;
    readonly printed: string;
    readonly code: number;
    readonly folder: string;
  }> {
    const submit = {
      slurm: `said=$(${job.submit}) && while squeue -h -j "$\{said##* }" 2>/dev/null | grep -q .; do sleep 0.1; done; scontrol show job "$\{said##* }" | grep -q ExitCode=0:0`,
      gridengine: job.submit.replace('qsub', 'qsub -sync y'),
      htcondor: `${job.submit} && condor_wait *.log && grep -q 'return value 0' *.log`,
    }[job.scheduler as Batch];
    const { code, stdout, stderr, folder } = await entered(job, submit);
    const read = await cluster.run(`cd ${folder} && cat *.err *.out *.o[0-9]* 2>/dev/null`);
    assert.doesNotMatch(stderr, /error: |Unable to/, `${stdout}${stderr}`);
    return { output: withoutProgress(read.stdout), printed: read.stdout, code, folder };
  }
});

/** What the program printed, without what engines say while they pull. */
const withoutProgress = (text: string): string => {
  const at = text.search(/^(?:inside|before|refused)/m);
  return at < 0 ? text : text.slice(at);
};
