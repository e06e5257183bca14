// The command line against a running demo: what people and scripts get of it, and the exit codes that tell them apart.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { publishCredential } from '../../src/identity/demo-state.ts';
import { type RunningGateway, startDemo } from '../support/gateway.ts';
import { type Ended, panfed } from '../support/serve.ts';

const folder = mkdtempSync(join(tmpdir(), 'panfed-cli-'));
const state = { XDG_STATE_HOME: join(folder, 'state'), HOME: folder };
let demo: RunningGateway;
const tokens: Record<string, string> = {};

before(async () => {
  demo = await startDemo();
  const { port } = new URL(demo.url);
  const credential = demo.federation.demo?.credential;
  assert.ok(credential);
  publishCredential(Number(port), credential, { env: state, home: null });
  for (const person of ['esrf-em', 'industry', 'elettra-developer', 'desy-staff'])
    tokens[person] = await demo.token(person);
});
after(async () => {
  await demo?.close();
  rmSync(folder, { recursive: true });
});

/** A run against the demo, as one of its people or as nobody. */
const run = (args: readonly string[], person?: string): Promise<Ended> =>
  panfed(args, {
    cwd: folder,
    env: { ...state, PANFED_URL: demo.url, ...(person && { PANFED_TOKEN: tokens[person] ?? '' }) },
  });

async function succeeds(args: readonly string[], person?: string): Promise<Ended> {
  const ended = await run(args, person);
  assert.equal(ended.code, 0, ended.stderr);
  return ended;
}

async function fails(args: readonly string[], code: number, told: RegExp): Promise<Ended> {
  const ended = await run(args);
  assert.deepEqual([ended.code, ended.signal], [code, null], ended.stderr);
  assert.match(ended.stderr, told);
  return ended;
}

interface Found {
  readonly images: readonly {
    readonly repository: string;
    readonly facility: { readonly id: string };
    readonly access: { readonly pull: boolean };
  }[];
  readonly totalCount: number;
  readonly complete: boolean;
  readonly facets?: readonly { readonly field: string }[];
}
const found = async (args: readonly string[], person?: string): Promise<Found> =>
  JSON.parse((await succeeds(['search', ...args, '--format', 'json'], person)).stdout) as Found;

describe('panfed search', { concurrency: 2 }, () => {
  test('shows a table to people: data to stdout, the rest to stderr', async () => {
    const { stdout, stderr } = await succeeds(['search', 'relion', '--facility', 'esrf']);
    const [head = '', ...rows] = stdout.trimEnd().split('\n');
    assert.match(head, /^IMAGE +VERSION +FACILITY +LICENSE +SHARING +TRUST +YOU MAY$/);
    assert.ok(rows.length >= 3 && rows.every((row) => row.includes('esrf')), stdout);
    assert.match(stderr, /^\d+ of \d+ images/m);
  });

  test('gives JSON to scripts, which is all that stdout has', async () => {
    const { images, totalCount, complete, facets } = await found([
      'xds',
      '--all',
      '--facets',
      'facility,license',
    ]);
    assert.equal(images.length, totalCount);
    assert.equal(complete, true);
    assert.deepEqual(
      facets?.map(({ field }) => field),
      ['FACILITY', 'LICENSE'],
    );
  });

  test('answers for the one whose token it is given', async () => {
    const pulls = async (person?: string) =>
      (await found(['--framework', 'xds', '--facility', 'esrf,dls', '--all'], person)).images.filter(
        ({ access }) => access.pull,
      ).length;
    assert.ok((await pulls('esrf-em')) > 0);
    assert.equal(await pulls('industry'), 0);
    const count = async (person?: string) =>
      (await found(['--facility', 'elettra', '--all'], person)).totalCount;
    assert.ok((await count('elettra-developer')) > (await count()));
  });

  test('takes choices, preferences and a place', async () => {
    const { images } = await found(
      [
        '--only',
        'facility=esrf,desy',
        '--except',
        'facility=desy',
        '--prefer',
        'supplier=user',
        '--at',
        'esrf',
        '--may',
        'pull',
        '--all',
      ],
      'esrf-em',
    );
    assert.ok(images.length > 0);
    assert.deepEqual(new Set(images.map(({ facility }) => facility.id)), new Set(['esrf']));
  });

  test('pages on, and gives each image once', async () => {
    const { images, totalCount } = await found(['--all']);
    assert.ok(totalCount > 100);
    assert.equal(images.length, totalCount);
  });

  test('reports a misspelt choice with the nearest one, and exit code 2', async () => {
    await fails(['search', '--framework', 'relin'], 2, /error BAD_CHOICE: .*"relin"[\s\S]*relion/i);
    await fails(['search', '--only', 'facilty=esrf'], 2, /facility/);
    await fails(['search', '--at', 'esrff'], 2, /error BAD_CHOICE[\s\S]*esrf/);
  });
});

interface Matched {
  readonly candidates: readonly {
    readonly framework: { readonly name: string };
    readonly verdict: string;
    readonly resource: { readonly id: string };
    readonly findings: readonly { readonly dimension: string }[];
    readonly versions: readonly object[];
  }[];
  readonly totalCount: number;
}

describe('panfed match', { concurrency: 2 }, () => {
  const DATA = ['--data-format', 'HDF5', '--technique', 'ptychography', '--facility', 'desy'];
  const matched = async (args: readonly string[], person?: string): Promise<Matched> =>
    JSON.parse((await succeeds(['match', ...args, '--format', 'json'], person)).stdout) as Matched;

  test('finds every candidate once, from those that may fit to those that do not, with all findings', async () => {
    const { candidates, totalCount } = await matched([...DATA, '--all'], 'desy-staff');
    const places = candidates.map(({ framework, resource }) => `${framework.name} at ${resource.id}`);
    assert.deepEqual([places.length, new Set(places).size], [totalCount, totalCount]);
    const verdicts = candidates.map(({ verdict }) => ['YES', 'UNKNOWN', 'NO'].indexOf(verdict));
    assert.deepEqual(verdicts, verdicts.toSorted());
    assert.ok(candidates.every(({ findings, versions }) => findings.length === 13 && versions.length > 0));
  });

  test('shows a line each to people, with what stands against it', async () => {
    const { stdout, stderr } = await succeeds(['match', ...DATA, '--first', '2'], 'desy-staff');
    assert.match(
      stdout,
      /^VERDICT .*WHY NOT YES\nyes +PtychoShelves 2\.1 +desy\/maxwell-gpu +apptainer +\S+\nunknown .* mpi: /,
    );
    assert.match(stderr, /^2 of \d+ candidates: \d+ yes, \d+ unknown, \d+ no; more/);
  });

  test('knows of the resources that the caller may know of', async () => {
    const { candidates } = await matched(['--resource', 'desy/pool', '--first', '1'], 'desy-staff');
    assert.equal(candidates[0]?.resource.id, 'desy/pool');
    await fails(
      ['match', '--resource', 'desy/pool'],
      2,
      /error BAD_CHOICE: there is no compute resource that you may know of called "desy\/pool"\n +at: --resource/,
    );
  });

  test('reports what is misspelt with the nearest one, and exit code 2', async () => {
    await fails(
      ['match', '--data-format', 'HDFF'],
      2,
      /error BAD_CHOICE: .*"HDFF"[\s\S]*--data-format[\s\S]*HDF5/,
    );
    await fails(['match', '--scheduler', 'slrm'], 2, /Allowed choices are slurm/);
    await fails(['match', '--memory', 'much'], 2, /64GiB/);
  });
});

describe('panfed job', { concurrency: 2 }, () => {
  const AT = ['job', 'ptychoshelves', '--resource', 'desy/maxwell-gpu'];

  test('writes a script alone to stdout, with what is run and read, and how to submit it to stderr', async () => {
    const { stdout, stderr } = await succeeds(
      [...AT, '--time', '12:00:00', '--data-path', '/gpfs/run 7', '--', 'ptycho', '/gpfs/run 7/a.h5'],
      'desy-staff',
    );
    assert.match(stdout, /^#!\/bin\/bash\n(#SBATCH .*\n)*#SBATCH --time=12:00:00\n/);
    assert.match(stdout, /ptycho '\/gpfs\/run 7\/a\.h5'\n$/);
    assert.match(stderr, /submit: saved as ptychoshelves\.slurm\.sh, by sbatch ptychoshelves\.slurm\.sh\n$/);
  });

  test('takes the image that is named', async () => {
    const [image] = (
      JSON.parse(
        (await succeeds(['search', 'ptychoshelves', '--first', '1', '--format', 'json'], 'desy-staff'))
          .stdout,
      ) as { images: { id: string; reference: string }[] }
    ).images;
    assert.ok(image);
    const args = ['job', image.id, '--resource', 'desy/maxwell-gpu', '--format', 'json'];
    const { text } = JSON.parse((await succeeds(args, 'desy-staff')).stdout) as { text: string };
    assert.ok(text.includes(image.reference), text);
  });

  test('says why there is none, with exit code 4', async () => {
    const nobody = await run(AT);
    assert.deepEqual([nobody.code, nobody.stdout], [4, '']);
    assert.match(nobody.stderr, /^error NO_JOB: /);
  });
});

describe('panfed facilities', () => {
  test('lists the labs with the state of each registry, for people and for scripts', async () => {
    const { stdout } = await succeeds(['facilities']);
    assert.match(stdout, /^FACILITY +NAME/);
    assert.match(stdout, /^isis .* dockerhub .*\n +ghcr /m);
    const { facilities, complete } = JSON.parse(
      (await succeeds(['facilities', '--format', 'json'])).stdout,
    ) as {
      facilities: { id: string }[];
      complete: boolean;
    };
    assert.deepEqual(
      [facilities.map(({ id }) => id).join(' '), complete],
      ['desy psi isis dls esrf kit alba elettra hzb', true],
    );
  });
});

describe('panfed token', { concurrency: 2 }, () => {
  test('makes a token of a person of the demo that is running', async () => {
    const { stdout } = await succeeds(['token', '--as', 'desy-staff']);
    const { data } = await demo.ask<{ viewer: unknown }>(
      '{ viewer { name sites { id } } }',
      {},
      stdout.trim(),
    );
    assert.deepEqual(data.viewer, { name: 'desy-staff', sites: [{ id: 'desy' }] });
  });

  test('reports a misspelt person with the nearest one, and where no demo runs', async () => {
    await fails(['token', '--as', 'esrf-en'], 2, /error USAGE[\s\S]*esrf-em/);
    await fails(['token', '--as', 'visitor', '--url', 'http://127.0.0.1:9'], 5, /error GATEWAY_UNREACHABLE/);
  });
});

describe('panfed config', { concurrency: 2 }, () => {
  test('init writes a file that check finds valid, and does not replace one', async () => {
    const file = join(folder, 'mine.yaml');
    await succeeds(['config', 'init', '--output', file]);
    assert.doesNotMatch(readFileSync(file, 'utf8'), /demo: true/);
    assert.ok(existsSync(join(folder, 'federation.schema.json')));
    const env = { PANFED_SECRET: 'x'.repeat(32), ESRF_REGISTRY_TOKEN: 'x' };
    const checked = await panfed(['config', 'check', file], { cwd: folder, env });
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);
    assert.match(checked.stdout, /is valid/);
    await fails(['config', 'init', '--output', file], 2, /exists already[\s\S]*--force/);
  });

  test('check reports every problem with its place and the nearest key, and exit code 3', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'federation:\n  nme: x\nfacilties: []\n');
    const { stdout } = await fails(['config', 'check', file], 3, /error CONFIG_INVALID/);
    assert.match(stdout, /wrong\.yaml:2:3: .*nme[\s\S]*name/);
    assert.match(stdout, /wrong\.yaml:3:1: .*facilties[\s\S]*facilities/);
    const report = JSON.parse(
      (await fails(['config', 'check', file, '--format', 'json'], 3, /./)).stdout,
    ) as {
      valid: boolean;
      problems: unknown[];
    };
    assert.equal(report.valid, false);
    assert.ok(report.problems.length >= 2);
  });
});

test('a token that is refused is exit code 2, and is not repeated', async () => {
  const ended = await panfed(['search', 'relion'], {
    env: { ...state, PANFED_URL: demo.url, PANFED_TOKEN: 'not.a.token' },
  });
  assert.deepEqual([ended.code, ended.stdout], [2, '']);
  assert.match(ended.stderr, /error UNAUTHENTICATED: /);
  assert.doesNotMatch(ended.stderr, /not\.a\.token/);
});
