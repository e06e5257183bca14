import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { decodeJwt } from 'jose';
import { tokenCommand } from '../../src/cli/token.ts';
import { createDemoIssuer, type DemoIssuer } from '../../src/identity/demo.ts';
import { publishCredential } from '../../src/identity/demo-state.ts';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { FederationError } from '../../src/model/errors.ts';
import { FACILITIES, identityOf } from '../support/identity.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = temporaryFolder({ after });
let demo: DemoIssuer;
before(async () => {
  demo = await createDemoIssuer({ facilities: FACILITIES, clock: SYSTEM_CLOCK });
  publishCredential(4123, demo.credential, { env: { XDG_STATE_HOME: root }, home: null });
});

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  let output = '';
  const command = tokenCommand({
    env: { XDG_STATE_HOME: root, ...env },
    home: null,
    clock: SYSTEM_CLOCK,
    output: {
      data: (text) => {
        output += text;
      },
    },
  });
  await command.parseAsync([...args], { from: 'user' });
  return output;
}

const fails = (asking: Promise<string>, code: string, hint: RegExp) =>
  assert.rejects(asking, (error) => {
    assert.ok(error instanceof FederationError);
    assert.equal(error.code, code);
    assert.match(error.hint ?? '', hint);
    return true;
  });

describe('panfed token', () => {
  test('prints a token and nothing else, which the running demo accepts', async () => {
    const output = await run(['--as', 'esrf-em', '--url', 'http://127.0.0.1:4123/graphql']);
    assert.match(output, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const identity = await identityOf([], { demo });
    const { subject } = await identity.identify(`Bearer ${output.trim()}`);
    assert.deepEqual(subject.sites, ['esrf']);
  });

  test('finds the demo by PANFED_URL, and by --url over it', async () => {
    const output = await run(['--as', 'visitor'], { PANFED_URL: 'http://localhost:4123' });
    assert.equal(decodeJwt(output.trim()).sub, 'visitor');
    const other = run(['--as', 'visitor', '--url', 'http://localhost:1'], {
      PANFED_URL: 'http://localhost:4123',
    });
    await fails(other, 'GATEWAY_UNREACHABLE', /npm start/);
  });

  test('reports the port on which no demo is running', async () => {
    await assert.rejects(run(['--as', 'visitor']), /no demo of this user is running on port 4000/);
    await assert.rejects(run(['--as', 'visitor', '--url', 'http://[::1]']), /port 80$/);
  });

  test('names the nearest people to one who is not there, and everyone', async () => {
    await fails(run(['--as', 'esrf-me']), 'USAGE', /^Did you mean esrf-em\b.*visitor, esrf-em, desy-staff/);
    await fails(run(['--as', 'constructor']), 'USAGE', /^The demo's people: visitor/);
    await fails(run([]), 'USAGE', /^The demo's people: visitor/);
  });

  test('is for a gateway on this machine alone', async () => {
    await fails(run(['--as', 'admin', '--url', 'https://panfed.example:4123']), 'USAGE', /from its issuer/);
    await fails(run(['--as', 'admin', '--url', 'localhost:4123']), 'USAGE', /http:/);
  });

  test('lists the people without any demo running', async () => {
    const lines = (await run(['--list'], { XDG_STATE_HOME: '/nowhere' })).trimEnd().split('\n');
    assert.equal(lines.length, 7);
    assert.match(lines[1] ?? '', /^esrf-em {2,}ESRF, academic/);
  });
});
