import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileSink } from '../../../src/policy/log/file.ts';
import { lockFile } from '../../../src/policy/log/lock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const config = { bytes: 65_536, every: 'day' as const, keep: 3 };
const { signal } = new AbortController();

async function pathFor(context: TestContext): Promise<string> {
  const folder = temporaryFolder(context);
  return join(folder, 'decisions.ndjson');
}

/** Another process that has the file. */
async function holder(context: TestContext, path: string): Promise<ChildProcess> {
  const module = new URL('../../../dist/policy/log/lock.js', import.meta.url).href;
  const script = `import { lockFile } from ${JSON.stringify(module)};
console.log(typeof (await lockFile(${JSON.stringify(path)})));
setInterval(() => {}, 60_000);`;
  const options = ['--input-type=module', '--eval', script];
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  assert.equal(String(said), 'function\n');
  return child;
}

describe('the lock of a decision log', () => {
  test('keeps a second process from the file, and reports the first one’s id', async (context) => {
    const path = await pathFor(context);
    const { pid } = await holder(context, path);
    await assert.rejects(fileSink({ ...config, path }), {
      code: 'CONFIG_INVALID',
      message: `another process (${pid}) writes the decision log ${path}`,
      at: 'telemetry.decisionLog.file.path',
    });
    const [log, lock, ...more] = (await readdir(join(path, '..'))).sort();
    assert.deepEqual(
      [log, lock?.startsWith(`decisions.ndjson.lock-${pid}-`), more],
      ['decisions.ndjson', true, []],
    );
  });

  test('of a former process with the id and the start of this one does not count', async (context) => {
    const path = await pathFor(context);
    const first = await lockFile(path);
    assert.ok(typeof first === 'function');
    const name = (await readdir(join(path, '..'))).find((each) => each.includes('.lock-')) ?? '';
    await first();
    await writeFile(join(path, '..', name), '');
    const again = await lockFile(path);
    assert.ok(typeof again === 'function');
    assert.equal(await lockFile(path), process.pid);
    await again();
    assert.deepEqual(await readdir(join(path, '..')), []);
  });

  test('is not needed for what is not a file', async () => {
    const sink = await fileSink({ ...config, path: '/dev/null' });
    await sink.close(signal);
    assert.deepEqual(
      (await readdir('/dev')).filter((name) => name.startsWith('null.lock')),
      [],
    );
  });

  test('of a process that was killed does not count', async (context) => {
    const path = await pathFor(context);
    const child = await holder(context, path);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const sink = await fileSink({ ...config, path });
    await sink.write(['{"a":1}'], signal);
    await sink.close(signal);
    assert.equal(await readFile(path, 'utf8'), '{"a":1}\n');
    assert.deepEqual(await readdir(join(path, '..')), ['decisions.ndjson']);
  });

  for (const [left, what] of [
    [`${process.pid}-1`, 'whose number another process has now'],
    ['999999999-1', 'whose number nobody has'],
    ['', 'without a number'],
    ['0-unknown', 'with a number that no process can have'],
  ]) {
    test(`of a process ${what} does not count, and is removed`, async (context) => {
      const path = await pathFor(context);
      await writeFile(`${path}.lock-${left}`, '');
      const unlock = await lockFile(path);
      assert(typeof unlock === 'function');
      await unlock();
      assert.deepEqual(await readdir(join(path, '..')), []);
    });
  }

  test('is given to one of those that try at once', async (context) => {
    const path = await pathFor(context);
    const taken = await Promise.all(Array.from({ length: 16 }, () => lockFile(path)));
    assert.equal(taken.filter((lock) => typeof lock === 'function').length, 1);
    assert.equal((await readdir(join(path, '..'))).length, 1);
  });

  test('is free again once it was released', async (context) => {
    const path = await pathFor(context);
    const first = await lockFile(path);
    assert.equal(await lockFile(path), process.pid);
    assert(typeof first === 'function');
    await first();
    assert.equal(typeof (await lockFile(path)), 'function');
  });
});
