import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { type Confinement, confined, NOT_CONFINED } from '../../../src/authoring/opa/confinement.ts';
import { runOpa } from '../../../src/authoring/opa/opa.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { scratch } from '../opa.ts';

const MIB = 1_048_576;
const limits: Confinement = { cpu: 7, file: MIB, memory: null };
const posix = process.platform === 'win32' ? { skip: 'Windows has no such limits' } : {};
const linux = process.platform === 'linux' ? {} : { skip: 'address space is limited on Linux alone' };

async function run(script: string, confinement: Confinement, ...args: string[]): Promise<string> {
  const { path, args: all } = confined({ path: '/bin/sh', args: ['-c', script, 'sh', ...args] }, confinement);
  return (await promisify(execFile)(path, all, { env: {} })).stdout;
}

describe('a confined process', posix, () => {
  test('has its limits, soft and hard', async () => {
    const script = 'for which in -S -H; do ulimit $which -c; ulimit $which -t; ulimit $which -f; done';
    assert.equal(await run(script, limits), '0\n7\n2048\n0\n7\n2048\n');
  });

  test('has a limit of address space where that is said', linux, async () => {
    assert.equal(await run('ulimit -v', { ...limits, memory: 512 * MIB }), '524288\n');
  });

  test('keeps a limit that is lower already', async () => {
    const { path, args } = confined({ path: '/bin/sh', args: ['-c', 'ulimit -t'] }, limits);
    const inner = ['-c', 'ulimit -t 3; exec "$@"', 'sh', path, ...args];
    assert.equal((await promisify(execFile)('/bin/sh', inner)).stdout, '3\n');
  });

  test('is not started where a limit cannot be set', async () => {
    const { path, args } = confined(
      { path: '/bin/sh', args: ['-c', 'echo started'] },
      { ...limits, cpu: Number.NaN },
    );
    await assert.rejects(promisify(execFile)(path, args), { code: NOT_CONFINED, stdout: '' });
  });

  test('is given its arguments as they are', async () => {
    const strange = ['two words', '$(echo no)', '"', "'", '', '-x', '*'];
    assert.equal(await run('printf "%s|" "$@"', limits, ...strange), `${strange.join('|')}|`);
  });

  test('writes no larger file', async (context) => {
    const file = join(scratch(context), 'large');
    await assert.rejects(
      run('while :; do echo 0123456789012345678901234567890123456789; done > "$1"', limits, file),
    );
    assert.ok(statSync(file).size <= MIB);
  });
});

describe('a confined OPA', posix, () => {
  function program(folder: string, script: string): string {
    const path = join(folder, 'opa');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  test('sees no environment but what makes it thrifty', async (context) => {
    const path = program(scratch(context), '/usr/bin/env');
    const { stdout } = await runOpa({ path, confinement: { ...limits, memory: 2_048 * MIB } }, []);
    const names = stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('=')[0]]));
    // The shells' own are PWD, SHLVL and _.
    assert.deepEqual(names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name ?? '')).sort(), [
      'GOMAXPROCS',
      'GOMEMLIMIT',
      'MALLOC_ARENA_MAX',
    ]);
    assert.match(stdout, /^GOMEMLIMIT=1073741824$/m);
  });

  for (const [what, script, message] of [
    ['was ended by the system', 'kill -9 $$', /^opa check was ended by SIGKILL: it took too much$/],
    [
      'has no more memory',
      'echo "fatal error: out of memory" >&2; exit 2',
      /^opa check crashed: out of memory$/,
    ],
    ['has no more threads', 'echo "runtime/cgo: no" >&2; exit 2', /^opa check crashed: no$/],
  ] as const) {
    test(`that ${what} says so`, async (context) => {
      const path = program(scratch(context), script);
      await assert.rejects(
        runOpa({ path, confinement: limits }, ['check']),
        (error) =>
          error instanceof FederationError &&
          error.code === 'POLICY_TOO_COSTLY' &&
          message.test(error.message),
      );
    });
  }

  test('that could not be confined is not run', async (context) => {
    const path = program(scratch(context), 'echo started');
    await assert.rejects(
      runOpa({ path, confinement: { ...limits, cpu: Number.NaN } }, ['check']),
      (error) => error instanceof FederationError && error.code === 'OPA_MISSING',
    );
  });
});
