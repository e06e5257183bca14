import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import {
  findOpa,
  OPA_PROGRAM,
  OPA_VERSION,
  opaCache,
  runOpa,
  versionOf,
} from '../../../src/authoring/opa/opa.ts';
import { FederationError } from '../../../src/model/errors.ts';
import { needsOpa, opa, scratch } from '../opa.ts';

/** A program in a shell, in place of OPA. */
function program(context: TestContext, script: string, path = join(scratch(context), OPA_PROGRAM)): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const version = (text: string) => `echo "Version: ${text}"`;

test('it sees nothing of our environment', async (context) => {
  process.env.PANFED_TEST_SECRET = 'secret';
  context.after(() => delete process.env.PANFED_TEST_SECRET);
  const path = program(context, '/usr/bin/env');
  const { stdout } = await runOpa({ path }, []);
  assert.doesNotMatch(stdout, /PANFED_TEST_SECRET|HOME=/);
});

test('a program that does not end is ended', async (context) => {
  const path = program(context, 'exec /bin/sleep 60');
  await assert.rejects(
    runOpa({ path }, ['check'], { timeout: 100 }),
    (error) => error instanceof FederationError && /opa check did not end within 100 ms/.test(error.message),
  );
});

test('a program that says too much is ended', async (context) => {
  const path = program(
    context,
    'while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done',
  );
  await assert.rejects(
    runOpa({ path }, ['check'], { maximum: 10_000 }),
    (error) => error instanceof FederationError && /wrote more than 10000 bytes/.test(error.message),
  );
});

test('a program that does not start is missing', async () => {
  await assert.rejects(
    runOpa({ path: '/nowhere/opa' }, ['check']),
    (error) => error instanceof FederationError && error.code === 'OPA_MISSING',
  );
});

test('an exit status is for the caller to judge', async (context) => {
  const path = program(context, 'echo out; echo err >&2; exit 7');
  assert.deepEqual(await runOpa({ path }, []), { code: 7, stdout: 'out\n', stderr: 'err\n' });
});

describe('finding OPA', () => {
  test('on PATH first, passing over other versions', async (context) => {
    const old = program(context, version('0.70.0'));
    const right = program(context, version(OPA_VERSION));
    const PATH = `${dirname(old)}:${dirname(right)}`;
    assert.deepEqual(await findOpa({ PATH, XDG_CACHE_HOME: scratch(context) }), { path: right });
  });

  test('else in the cache', async (context) => {
    const XDG_CACHE_HOME = scratch(context);
    const path = join(opaCache({ XDG_CACHE_HOME }), OPA_PROGRAM);
    assert.equal(path, join(XDG_CACHE_HOME, 'panfed', `opa-${OPA_VERSION}`, OPA_PROGRAM));
    program(context, version(OPA_VERSION), path);
    assert.deepEqual(await findOpa({ PATH: '', XDG_CACHE_HOME }), { path });
  });

  test('or it is missing, with what was passed over and what to do', async (context) => {
    const old = program(context, version('0.70.0'));
    await assert.rejects(
      findOpa({ PATH: dirname(old), XDG_CACHE_HOME: scratch(context) }),
      (error) =>
        error instanceof FederationError &&
        error.code === 'OPA_MISSING' &&
        error.entry.exit === 3 &&
        error.message.includes(`${old} is version 0.70.0`) &&
        error.hint === 'run `panfed policy install-opa`',
    );
  });

  test('a program that is not OPA has no version', async (context) => {
    assert.equal(await versionOf(program(context, 'echo hello')), null);
    assert.equal(await versionOf('/nowhere/opa'), null);
  });
});

test('the real one is of the pinned version', needsOpa, async () => {
  assert.equal(await versionOf(opa.path), OPA_VERSION);
});
