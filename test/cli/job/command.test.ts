import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { buildSchema, parse, validate } from 'graphql';
import { jobCommand } from '../../../src/cli/job/command.ts';
import { JOB } from '../../../src/cli/job/query.ts';
import { IMAGE } from '../../../src/cli/match/image.ts';
import { throwsUsage } from '../../../src/cli/usage.ts';
import { ERRORS } from '../../../src/model/errors.ts';
import { type Asked, collect, gatewayDouble } from '../collect.ts';

const folder = mkdtempSync(join(tmpdir(), 'panfed-job-'));
after(() => rmSync(folder, { recursive: true }));

const OK = { facility: { id: 'esrf' }, registry: 'main', status: 'OK', records: 3, age: 5, error: null };
const ID = 'esrf/main/em/relion@sha256:1';
const MADE = {
  ...{ scheduler: 'SLURM', engine: 'APPTAINER', fileName: 'relion.slurm.sh' },
  ...{ text: '#!/bin/bash\napptainer exec\n', submit: 'sbatch relion.slurm.sh' },
  notes: ['It pulls the image in the job, with `credentials`.'],
};

const answer = (nodes: readonly object[]) => ({
  data: { match: { notices: [], sources: [OK], nodes } },
});

const candidate = (job: object | null = MADE, noJob: string | null = null) => ({ job, noJob });

const IMAGES = {
  data: {
    image: { id: ID, frameworks: [{ name: 'relion' }] },
  },
};

async function run(
  context: TestContext,
  words: readonly string[],
  body: unknown = answer([candidate()]),
  image: unknown = IMAGES,
) {
  const { url, asked } = await gatewayDouble(context, ({ query }: Asked) => ({
    body: query.startsWith('query MatchImage') ? image : body,
  }));
  const output = collect();
  const options = ['--resource', 'desy/gpu', '--url', url];
  const failure = await throwsUsage(jobCommand(output, {}))
    .parseAsync([...options, ...words], { from: 'user' })
    .then(
      () => null,
      (error: Error & { code?: string; at?: string; hint?: string }) => error,
    );
  return { asked, output, failure };
}

describe('panfed job', () => {
  test('asks what the gateway’s schema can answer', () => {
    const schema = buildSchema(
      readFileSync(new URL('../../../src/graphql/schema.graphql', import.meta.url), 'utf8'),
    );
    for (const document of [JOB, IMAGE]) assert.deepEqual(validate(schema, parse(document)), []);
  });

  test('writes the job alone to stdout, and what to know and to enter to stderr', async (context) => {
    const { output, failure } = await run(context, ['relion']);
    assert.equal(failure, null);
    assert.equal(output.stdout(), MADE.text);
    assert.equal(
      output.stderr(),
      'note: It pulls the image in the job, with `--credentials`.\nsubmit: saved as relion.slurm.sh, by sbatch relion.slurm.sh\n',
    );
  });

  test('hands over the resource, the engine, what is run and what it reads', async (context) => {
    const { asked } = await run(context, [
      ...['relion', '--version', '5', '--engine', 'apptainer', '--memory', '64GiB', '--time', '12:00:00'],
      ...['--data-path', '/gpfs/a', '--data-path', '/gpfs/b', '--credentials', '/home/me/auth.json'],
      ...['--name', 'mine', '--', 'relion_refine', '--o', '$HOME'],
    ]);
    const { compute, only, engine, with: job, image } = asked[0]?.variables ?? {};
    assert.deepEqual(only, { versions: ['5'], frameworks: ['relion'] });
    assert.deepEqual(compute, {
      ...{ resources: ['desy/gpu'], schedulers: [], cpus: null, memory: 64 * 1_024 ** 3, time: 43_200 },
    });
    assert.deepEqual([engine, image], ['APPTAINER', null]);
    assert.deepEqual(job, {
      ...{ command: ['relion_refine', '--o', '$HOME'], data: ['/gpfs/a', '/gpfs/b'] },
      ...{ credentials: '/home/me/auth.json', name: 'mine' },
    });
  });

  test('takes an image by id, digest or reference, and asks about that one alone', async (context) => {
    for (const name of [ID, `sha256:${'a'.repeat(64)}`, 'registry.esrf.eu/em/relion:5.0']) {
      const { output, asked } = await run(context, [name]);
      assert.equal(output.stdout(), MADE.text);
      assert.deepEqual([asked[1]?.variables.image, asked[1]?.variables.only], [ID, {}]);
    }
  });

  test('says why there is no job, with an exit code of its own', async (context) => {
    const { output, failure } = await run(
      context,
      ['relion'],
      answer([candidate(null, 'You may not run it.')]),
    );
    assert.deepEqual([failure?.code, failure?.message], ['NO_JOB', 'You may not run it.']);
    assert.match(failure?.hint ?? '', /panfed match --explain/);
    assert.equal(ERRORS.NO_JOB.exit, 4);
    assert.equal(output.stdout(), '');
  });

  test('reports what the gateway refuses of the job once, by its flag, as wrong usage', async (context) => {
    const refused = {
      message: '`with.data[0]` is no path that every engine can bind.',
      extensions: { code: 'BAD_INPUT', hint: 'Give an absolute path.' },
    };
    const { failure, output } = await run(context, ['relion', '--data-path', '/a:b'], {
      ...answer([candidate(null)]),
      errors: [refused, refused],
    });
    assert.deepEqual(
      [failure?.code, failure?.message],
      ['BAD_INPUT', '`--data-path` is no path that every engine can bind.'],
    );
    assert.equal(output.stderr(), '');
  });

  test('reports a software that nobody has by the argument that names it', async (context) => {
    const unknown = [{ field: 'frameworks', value: 'relio', suggestions: ['RELION'] }];
    const extensions = { code: 'BAD_CHOICE', suggestions: ['RELION'], unknown };
    const { failure } = await run(context, ['relio'], { errors: [{ message: 'No.', extensions }] });
    assert.deepEqual([failure?.at, failure?.hint], ['<software>', 'Did you mean RELION?']);
  });

  test('reports an image that the caller may not see as one that does not exist', async (context) => {
    const { failure, asked } = await run(context, [ID], undefined, { data: { image: null } });
    assert.equal(failure?.code, 'NOT_FOUND');
    assert.equal(asked.length, 1);
  });

  test('writes a file, and replaces one only where it is told to', async (context) => {
    const file = join(folder, MADE.fileName);
    const written = await run(context, ['relion', '--output', file]);
    assert.deepEqual([written.failure, written.output.stdout()], [null, '']);
    assert.equal(readFileSync(file, 'utf8'), MADE.text);
    assert.match(written.output.stderr(), /submit: in its folder, by sbatch relion\.slurm\.sh\n$/);
    writeFileSync(file, 'mine');
    const refused = await run(context, ['relion', '--output', file]);
    assert.equal(refused.failure?.code, 'USAGE');
    assert.equal(readFileSync(file, 'utf8'), 'mine');
    await run(context, ['relion', '--output', file, '--force']);
    assert.equal(readFileSync(file, 'utf8'), MADE.text);
  });

  test('writes no file where there is no job', async (context) => {
    const file = join(folder, 'none.sh');
    await run(context, ['relion', '--output', file], answer([candidate(null, 'No.')]));
    assert.equal(existsSync(file), false);
  });

  test('refuses a path that is not absolute, and an unknown engine', async (context) => {
    for (const words of [
      ['--data-path', 'run7'],
      ['--engine', 'singularty'],
    ]) {
      const { failure, asked } = await run(context, ['relion', ...words]);
      assert.equal(failure?.code, 'USAGE');
      assert.equal(asked.length, 0);
    }
  });
});
