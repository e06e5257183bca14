import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { createThreadInTurns, TooMuch } from '../../src/model/thread-in-turns.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NEVER = new AbortController().signal;

/** A thread of a worker that does as a task says. */
function threadOf(context: TestContext, milliseconds = 60_000, before = '') {
  const file = `${temporaryFolder(context)}/worker.mjs`;
  writeFileSync(
    file,
    `${before}
    export default function work(task) {
      for (const kept = []; task === 'memory'; ) kept.push(new Array(1_000_000).fill({}));
      while (task === 'time');
      if (task === 'fault') throw new Error('a fault');
      return task;
    }`,
  );
  const thread = createThreadInTurns<string, string>({ what: 'tasks', file, megabytes: 64, milliseconds });
  context.after(() => thread.close());
  return (task: string, signal = NEVER) => thread.inTurn('esrf', signal, (attempt) => attempt(task));
}

test('a task that takes too much time or memory says so, and the next one is done', async (context) => {
  const run = threadOf(context, 3_000);
  for (const task of ['time', 'memory']) {
    await assert.rejects(run(task), TooMuch);
    assert.equal(await run('next'), 'next');
  }
});

test('a thread that takes longer to start than a task may take makes none too much', async (context) => {
  const run = threadOf(context, 1_000, 'await new Promise((resolve) => setTimeout(resolve, 2_000));');
  assert.equal(await run('next'), 'next');
  await assert.rejects(run('time'), TooMuch);
  assert.equal(await run('next'), 'next');
});

test('a worker’s fault is no TooMuch', async (context) => {
  await assert.rejects(threadOf(context)('fault'), /a fault/);
});

test('a thread that does not start is a failure at once, and no TooMuch', async (context) => {
  const absent = { file: `${temporaryFolder(context)}/absent.mjs`, megabytes: 64, milliseconds: 60_000 };
  const thread = createThreadInTurns<string, string>({ what: 'tasks', ...absent });
  context.after(() => thread.close());
  await assert.rejects(
    thread.inTurn('esrf', NEVER, (attempt) => attempt('x')),
    /absent/,
  );
});

test('a task that is given up ends with the reason', async (context) => {
  const run = threadOf(context);
  const ended = new AbortController();
  const working = run('time', ended.signal);
  setTimeout(() => ended.abort(new Error('over')), 100);
  await assert.rejects(working, /over/);
});
