// The effects of signals on a process that runs until it is stopped, with and without a terminal.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const MODULE = new URL('../../dist/cli/stop-signal.js', import.meta.url);
const SCRIPT = `
import { stopSignal } from ${JSON.stringify(MODULE.href)};
const { signal, onHangUp } = stopSignal(process.argv[1] === 'terminal');
const busy = setInterval(() => {}, 1_000);
onHangUp(() => console.log('hung up'));
signal.addEventListener('abort', () => { console.log('stopping'); clearInterval(busy); });
console.log('ready');
`;

/** A process whose work ends some time after the signal, or never. */
const SLOW = SCRIPT.replace('clearInterval(busy)', 'setTimeout(() => clearInterval(busy), 500)');
const ENDLESS = SCRIPT.replace('clearInterval(busy);', '');

/** One that never ends by itself, started by a script of npm or by hand. */
function endless(script: string | undefined) {
  return spawn(process.execPath, ['--input-type', 'module', '--eval', ENDLESS], {
    env: { ...process.env, npm_lifecycle_event: script },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Sends each signal after the one before has had its effect; returns what was printed. */
async function signalled(place: string, ...signals: NodeJS.Signals[]): Promise<string> {
  const args = ['--input-type', 'module', '--eval', SCRIPT, place];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let said = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    said += text;
    const next = signals.shift();
    if (next !== undefined) child.kill(next);
  }
  const [code] = await closed;
  return `${said}${code}`;
}

describe('a signal that comes twice', { concurrency: true }, () => {
  for (const name of ['SIGINT', 'SIGHUP'] as const) {
    test(`lets what is under way end where ${name} is handed on at once`, async () => {
      const args = ['--input-type', 'module', '--eval', SLOW, 'terminal'];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      child.kill(name);
      await once(child.stdout, 'data');
      child.kill(name);
      assert.deepEqual(await once(child, 'close'), [0, null]);
    });
  }

  test('ends the process at once more than two seconds later', async () => {
    const child = endless(undefined);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    await sleep(2_200);
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'close'), [null, 'SIGINT']);
  });

  test('lets what is under way go on where npm hands SIGINT on late, and ends it with the next', async () => {
    const child = endless('start');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    await sleep(2_200);
    child.kill('SIGINT');
    await sleep(300);
    assert.deepEqual([child.exitCode, child.signalCode], [null, null]);
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'close'), [null, 'SIGINT']);
  });
});

describe('SIGHUP', { concurrency: true }, () => {
  test('ends a process with a terminal as SIGTERM does', async () => {
    assert.equal(await signalled('terminal', 'SIGHUP'), 'ready\nstopping\n0');
  });

  test('does not end one without, which is notified each time', async () => {
    assert.equal(
      await signalled('none', 'SIGHUP', 'SIGHUP', 'SIGTERM'),
      'ready\nhung up\nhung up\nstopping\n0',
    );
  });
});
