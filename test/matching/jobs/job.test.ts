import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { no, unknown } from '../../../src/matching/verdict.ts';
import { JOB_ENGINES, SCHEDULERS } from '../../../src/model/compute.ts';
import { nodeType } from '../../support/compute.ts';
import fc from '../../support/fast-check.ts';
import { jobFor, REFERENCE, refusalFor, runnable } from '../../support/jobs.ts';
import { digestOf } from '../../support/records.ts';

const ENGINES = [...JOB_ENGINES];

describe('there is no job', () => {
  test('where a finding is no, and the reason is the finding’s', () => {
    const findings = [{ dimension: 'memory' as const, ...no('TOO_LITTLE', 'It needs 1 TiB.', 'Use more.') }];
    assert.equal(refusalFor(runnable('slurm', 'apptainer', { findings })), 'It needs 1 TiB. Use more.');
  });

  test('where the policies do not allow it, for any scheduler and engine', () => {
    for (const scheduler of SCHEDULERS) {
      for (const engine of ENGINES) {
        const one = runnable(scheduler, engine, { mayRun: false });
        assert.match(refusalFor(one, { command: ['x'] }), /policies/);
      }
    }
  });

  test('for a tag alone, or a reference that a shell would read', () => {
    for (const [reference, digest] of [
      ['registry.desy.de/em/relion:5.0', null],
      ['registry.desy.de/em/relion:5.0', digestOf(1)],
      [`registry.desy.de/em/$(id)@${digestOf(1)}`, digestOf(1)],
      [`registry.desy.de/em/relion@${digestOf(1)}\n#SBATCH -N 9`, digestOf(1)],
    ] as const) {
      const { image, ...rest } = runnable('slurm', 'apptainer');
      assert.match(refusalFor({ ...rest, image: { ...image, reference, digest } }), /digest is not known/);
    }
  });

  test('of a scheduler or an engine that the resource does not have', () => {
    const one = runnable('slurm', 'apptainer');
    assert.equal(
      refusalFor(one, { scheduler: 'kubernetes' }),
      'Jobs are given to Maxwell by slurm, not by kubernetes.',
    );
    assert.match(
      refusalFor(one, { engine: 'docker' }),
      /not known to run the image with docker; it does with/,
    );
    assert.match(refusalFor(runnable('slurm', null)), /No engine of Maxwell/);
    assert.match(refusalFor(runnable('kubernetes', null), { engine: 'podman' }), /leave out `engine`/);
  });

  test('in Charliecloud without a command, which it needs, unless another engine is there', () => {
    assert.match(refusalFor(runnable('slurm', 'charliecloud')), /name a `command`/);
    const both = runnable('slurm', null, { engines: ['charliecloud', 'podman'] });
    assert.equal(jobFor(both).engine, 'podman');
  });
});

describe('the image of a job', () => {
  const manifests = [
    { platform: 'linux/amd64', digest: digestOf(2), size: null },
    { platform: 'linux/arm64', digest: digestOf(3), size: null },
  ];
  const { image } = runnable('slurm', 'apptainer');

  test('is that of the node’s platform, out of an index', () => {
    const one = runnable('slurm', 'apptainer', { image: { ...image, manifests } });
    assert.match(jobFor(one).text, new RegExp(`docker://registry.desy.de/em/relion@${digestOf(2)}$`, 'm'));
    const arm = nodeType({ architecture: 'aarch64' });
    assert.match(
      jobFor({ ...one, node: arm, resource: { ...one.resource, nodes: [arm] } }).text,
      new RegExp(`relion@${digestOf(3)}$`, 'm'),
    );
  });

  test('is the record’s own where two of an index are for the platform, or none is', () => {
    const twice = [...manifests, { platform: 'linux/amd64', digest: digestOf(4), size: null }];
    for (const listed of [twice, manifests.slice(1)]) {
      const one = runnable('slurm', 'apptainer', { image: { ...image, manifests: listed } });
      assert.match(jobFor(one).text, new RegExp(`docker://${REFERENCE}$`, 'm'));
    }
  });

  test('is asked for by platform where a resource has nodes of several, and the job ends on another node', () => {
    const nodes = [nodeType({ architecture: 'arm64' }), nodeType({ architecture: 'amd64' })];
    const option = {
      apptainer: /apptainer pull --arch arm64 /,
      podman: /--platform=linux\/arm64 /,
      docker: /--platform=linux\/arm64 /,
      charliecloud: /ch-image pull --arch=arm64 /,
    };
    for (const engine of ENGINES) {
      const [node] = nodes;
      const one = { ...runnable('slurm', engine, { resource: { nodes } }), node: node as never };
      if (engine === 'shifter' || engine === 'sarus') {
        assert.match(refusalFor(one), /cannot be told the platform/);
        continue;
      }
      const { text } = jobFor(one, { command: ['x'] });
      assert.match(text, option[engine]);
      assert.match(text, /^\[\[ \$\(uname -m\) == aarch64 \]\] \|\| \{ echo/m);
    }
    const condor = { ...runnable('htcondor', 'podman', { resource: { nodes } }), node: nodes[0] as never };
    assert.match(jobFor(condor).text, /^requirements = \(Arch == "aarch64"\)$/m);
  });
});

describe('what a job asks for', () => {
  test('is the more of what the image needs and what the person asks', () => {
    const one = runnable('slurm', 'apptainer', { requires: { cpus: 8, memory: 2 ** 30 } });
    const asked = { ...one, question: { ...one.question, cpus: 4, memory: 2 ** 31 + 1, time: 90_061 } };
    const { text } = jobFor(asked);
    assert.match(text, /^#SBATCH --cpus-per-task=8$/m);
    assert.match(text, /^#SBATCH --mem=2049M$/m);
    assert.match(text, /^#SBATCH --time=1-01:01:01$/m);
  });

  test('is a GPU where the image says so, and its absence is said where nobody knows', () => {
    const gpu = { vendor: 'NVIDIA', minimumCuda: null, memory: null };
    const lines = {
      slurm: /^#SBATCH --gres=gpu:1$/m,
      gridengine: /^#\$ -l gpu=1$/m,
      htcondor: /^request_gpus = 1$/m,
    };
    for (const scheduler of ['slurm', 'gridengine', 'htcondor'] as const) {
      const one = runnable(scheduler, 'apptainer', { requires: { gpu }, resource: { gpuResource: 'gpu' } });
      const { text } = jobFor(one);
      assert.match(text, lines[scheduler]);
      assert.match(text, /nvidia-smi -L/);
      assert.match(text, / --nv /);
    }
    const findings = [{ dimension: 'gpu' as const, ...unknown('GPU_NOT_SAID', 'Nobody said.', null) }];
    const silent = jobFor(runnable('slurm', 'apptainer', { findings }));
    assert.doesNotMatch(silent.text, /gpu|--nv/);
    assert.match(silent.notes.join(' '), /Nobody said whether the image needs a GPU/);
  });

  test('is a rank of MPI for each core, where the resource says how they are started', () => {
    const mpi = [{ family: 'openmpi', versions: null, pmi: 'pmix' }] as const;
    const one = runnable('slurm', 'apptainer', {
      requires: { mpi: 'openmpi 4.1.5', cpus: 16 },
      resource: { mpi },
    });
    const { text, notes } = jobFor(one, { command: ['relion_refine_mpi'] });
    assert.match(text, /^#SBATCH --ntasks=16$/m);
    assert.match(text, /^srun --export=ALL --mpi=pmix bash -c rank$/m);
    assert.match(text, /--no-home \$\{PMIX_SERVER_TMPDIR:\+--bind "\$PMIX_SERVER_TMPDIR"\}/);
    assert.doesNotMatch(text, /--contain/);
    assert.deepEqual(
      notes.filter((note) => note.includes('MPI')),
      [],
    );
    // An engine in which no ranks are started is one process with all cores.
    for (const engine of ['podman', 'docker', 'shifter', 'sarus', 'charliecloud'] as const) {
      const alone = runnable('slurm', engine, {
        requires: { mpi: 'openmpi 4.1.5', cpus: 16 },
        resource: { mpi },
      });
      const job = jobFor(alone, { command: ['relion_refine_mpi'] });
      assert.match(job.text, /^#SBATCH --ntasks=1\n#SBATCH --cpus-per-task=16$/m);
      assert.match(job.notes.join(' '), /It starts one process/);
    }
    const other = runnable('slurm', 'apptainer', {
      requires: { mpi: 'mpich 4', cpus: 16 },
      resource: { mpi },
    });
    assert.doesNotMatch(jobFor(other).text, /srun/);
    assert.match(jobFor(other).notes.join(' '), /one process/);
  });
});

describe('the GPUs of a job', () => {
  const gpu = { vendor: 'nvidia', minimumCuda: null, memory: null };
  const textOf = (
    scheduler: 'slurm' | 'gridengine' | 'htcondor',
    engine: (typeof ENGINES)[number],
    gpuResource: string,
  ): string =>
    jobFor(runnable(scheduler, engine, { requires: { gpu }, resource: { gpuResource } }), { command: ['x'] })
      .text;

  test('are those of the scheduler’s own variable', () => {
    for (const engine of ['podman', 'docker'] as const) {
      assert.match(textOf('slurm', engine, 'gpu'), /<<<"\$\{SLURM_JOB_GPUS:-\$\{CUDA_VISIBLE_DEVICES:-\}\}"/);
      assert.match(
        textOf('gridengine', engine, 'gpu'),
        /<<<"\$\{SGE_HGR_gpu:-\$\{CUDA_VISIBLE_DEVICES:-\}\}"/,
      );
      assert.match(textOf('gridengine', engine, 'a.gpu'), /<<<"\$\{CUDA_VISIBLE_DEVICES:-\}"/);
      assert.match(textOf('htcondor', engine, 'gpu'), /<<<""\$\(DOLLAR\)\{CUDA_VISIBLE_DEVICES:-\}""/);
    }
  });

  for (const [said, given] of [
    ['', ['all']],
    ['0', ['0']],
    ['2, 3', ['2', '3']],
    ['2 3', ['2', '3']],
    ['GPU-c4a646d7,GPU-6a96bd13', ['1', '0']],
  ] as const) {
    test(`are, of "${said}", ${given.join(' and ')} for podman and docker`, () => {
      const printed = (engine: 'podman' | 'docker'): string => {
        const script = textOf('slurm', engine, 'gpu').replace(/^(?:(?:podman|docker) run|trap) .*$/gm, '');
        return execFileSync('bash', ['-c', `${FAKE_SMI}\n${script}\nprintf '<%s>' "\${gpus[@]}"`], {
          encoding: 'utf8',
          env: { PATH: process.env.PATH, SLURM_JOB_GPUS: said },
        });
      };
      assert.equal(printed('podman'), given.map((id) => `<--device><nvidia.com/gpu=${id}>`).join(''));
      assert.equal(printed('docker'), said === '' ? '<all>' : `<"device=${given.join(',')}">`);
    });
  }

  const FAKE_SMI = `nvidia-smi() { case $1 in -L) echo 'GPU 0: A100';; *) printf '%s\\n' '0, GPU-6a96bd13-70bc' '1, GPU-c4a646d7-aa14';; esac; }`;

  test('are not named in apptainer where the scheduler names none, for CUDA knows no "all"', () => {
    const lines = textOf('slurm', 'apptainer', 'gpu').split('\n');
    const script = lines.filter((line) => /^ids=|^\[\[ -z/.test(line)).join('\n');
    const printed = (said: Record<string, string>): string =>
      execFileSync('bash', ['-c', `${script}\necho "\${APPTAINERENV_CUDA_VISIBLE_DEVICES-none}"`], {
        encoding: 'utf8',
        env: said,
      });
    assert.equal(printed({}), 'none\n');
    assert.equal(printed({ CUDA_VISIBLE_DEVICES: '0,1' }), '0,1\n');
  });

  test('are AMD’s in Sarus from the version on that has a hook for them', () => {
    const one = (version: string | null) =>
      runnable('slurm', 'sarus', {
        requires: { gpu: { ...gpu, vendor: 'amd' } },
        resource: { engines: [{ name: 'sarus', version, where: 'compute' }] },
      });
    assert.match(refusalFor(one('1.5.2')), /from version 1.6 on/);
    for (const version of ['1.6.0', '1.10', null]) assert.equal(jobFor(one(version)).engine, 'sarus');
  });
});

test('an engine is not asked for what its version, or its way to read options, does not do', () => {
  const sarus = runnable('slurm', 'sarus');
  assert.match(refusalFor(sarus, { data: ['/data/a=b'] }), /no path with a `=`/);
  // What Sarus is given as an entry point it splits at spaces.
  assert.match(
    jobFor(sarus, { command: ['/opt/my program', 'x'] }).text,
    / --entrypoint '' \S+ '\/opt\/my program' x$/m,
  );
  const shifter = (version: string | null) =>
    runnable('slurm', 'shifter', {
      resource: { engines: [{ name: 'shifter', version, where: 'compute' }] },
    });
  assert.match(refusalFor(shifter('18.03.0')), /after 18\.03 alone/);
  assert.match(jobFor(shifter(null)).notes.join(' '), /by digest/);
  assert.match(refusalFor(shifter(null), { data: ['/data/a;b'] }), /Shifter binds/);
});

describe('whatever a person and a lab write', () => {
  const hostile = fc.string({
    unit: fc.constantFrom(...'\'"`$();\n#- :=', '#$ -l x=1\n', '\nqueue\n', '#SBATCH -N 9\n', '@end', 'é'),
    minLength: 1,
    maxLength: 30,
  });

  test('stands on no line of options, and in no name', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(['slurm', 'gridengine', 'htcondor'] as const)),
        fc.constantFrom(...ENGINES),
        fc.array(hostile, { minLength: 1, maxLength: 3 }),
        hostile,
        (scheduler, engine, command, name) => {
          const credentials = engine === 'sarus' ? null : `/home/${name}`;
          const one = runnable(scheduler, engine, { framework: name });
          const job = jobFor(one, { command, credentials });
          const plain = jobFor(one, { command: ['x'], credentials });
          assert.match(job.fileName, /^[A-Za-z][A-Za-z0-9_-]{0,47}\.(?:slurm\.sh|sge\.sh|sub)$/);
          assert.deepEqual(optionsOf(job.text), optionsOf(plain.text));
          assert.equal(job.text.split('\n').length, plain.text.split('\n').length);
        },
      ),
    );
  });

  /** Lines that a scheduler reads itself. */
  const optionsOf = (text: string): readonly string[] =>
    text.split('\n').filter((line) => /^(?:#SBATCH|#\$|(?!arguments)\w+ = |queue)/.test(line));
});

test('the data of a data set that was looked up are bound where they are mounted, unless others are named', () => {
  const one = runnable('slurm', 'apptainer', { resource: { readsDataOf: ['desy'] } });
  const bound = (path: string, facility: string | null, data: readonly string[] = []) =>
    /source=([^,]+),/.exec(
      jobFor({ ...one, question: { ...one.question, path, facility } }, { data }).text,
    )?.[1];
  assert.equal(bound('/asap3/raw', 'desy'), '/asap3/raw');
  assert.equal(bound('/asap3/raw//', 'desy'), '/asap3/raw');
  assert.equal(bound('/asap3/raw', 'desy', ['/gpfs/mine']), '/gpfs/mine');
  assert.equal(bound('/asap3/raw', 'esrf'), undefined);
  assert.equal(bound('/asap3/raw', null), undefined);
  assert.equal(bound('/asap3/../etc', 'desy'), undefined);
});

test('credentials are named and never read, each engine in its own way', () => {
  const credentials = '~/my auth.json';
  const text = (engine: (typeof ENGINES)[number]): string =>
    jobFor(runnable('slurm', engine), { credentials, command: ['x'] }).text;
  assert.match(text('apptainer'), /^ln -s ~\/'my auth.json' "\$work"\/config\/docker-config.json$/m);
  const engines = [{ name: 'apptainer', version: '1.1.9', where: 'compute' }] as const;
  const old = jobFor(runnable('slurm', 'apptainer', { resource: { engines } }), { credentials });
  assert.doesNotMatch(old.text, /auth/);
  assert.match(old.notes.join(' '), /`apptainer remote login`/);
  assert.match(text('podman'), / --authfile ~\/'my auth.json' /);
  assert.match(text('docker'), /^docker --config ~\/'my auth.json' run /m);
  assert.match(refusalFor(runnable('slurm', 'sarus'), { credentials }), /password/);
  const home = execFileSync('bash', ['-c', `set -u; unset HOME; echo ~`], { encoding: 'utf8' }).trim();
  const [, file] = /--authfile (~.*auth\.json')/.exec(text('podman')) ?? [];
  assert.equal(
    execFileSync('bash', ['-c', `set -u; unset HOME; printf %s ${file}`], { encoding: 'utf8' }),
    `${home}/my auth.json`,
  );
  const kubernetes = runnable('kubernetes', null);
  assert.match(
    jobFor(kubernetes, { credentials: 'my-secret' }).text,
    /imagePullSecrets:\n +- name: my-secret/,
  );
  assert.match(refusalFor(kubernetes, { credentials }), /name of a secret/);
});

test('a command that is longer than a variable of Linux may be is given to no ranks of MPI', () => {
  const ranked = runnable('slurm', 'apptainer', {
    requires: { mpi: 'openmpi 4.1.5', cpus: 16 },
    resource: { mpi: [{ family: 'openmpi', versions: null, pmi: 'pmix' }] },
  });
  const long = { command: ['x', ...Array(8).fill('\u200b'.repeat(4_000))] };
  assert.match(refusalFor(ranked, long), /longer than 130047 bytes/);
  assert.match(jobFor(ranked, { command: ['x', 'y'.repeat(32_000)] }).text, /^srun /m);
});

test('a script that is longer than an argument of Linux may be is no job of HTCondor, which gives it to bash as one', () => {
  const long = { command: ['x', ...Array(8).fill('\u200b'.repeat(4_000))] };
  assert.match(refusalFor(runnable('htcondor', 'apptainer'), long), /longer than 131071 bytes/);
  assert.match(jobFor(runnable('slurm', 'apptainer'), long).text, /\\xe2\\x80\\x8b/);
  const short = { command: ['x', ...Array(8).fill('y'.repeat(4_000))] };
  assert.match(jobFor(runnable('htcondor', 'apptainer'), short).text, /y{4000}/);
});
