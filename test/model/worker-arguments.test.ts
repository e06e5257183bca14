import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createWorkerThreads } from '../../src/model/worker-threads.ts';
import { ROOT } from '../support/root.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('a thread, which must not end the process if it is ended while it loads', () => {
  test('imports its module, and can require none', async (context) => {
    const folder = temporaryFolder(context);
    const file = join(folder, 'worker.mjs');
    writeFileSync(join(folder, 'other.mjs'), 'export default 1;\n');
    writeFileSync(
      file,
      [
        "import { createRequire } from 'node:module';",
        'export default () => {',
        "  try { createRequire(import.meta.url)('./other.mjs'); } catch (error) { return error.code; }",
        '};',
      ].join('\n'),
    );
    const threads = createWorkerThreads({ file, threads: 1, megabytes: 64 });
    context.after(() => threads.close());
    assert.equal(await threads.run({}, new AbortController().signal), 'ERR_REQUIRE_ESM');
  });

  test('is so wherever threads are made', () => {
    const makers = sources().filter((text) => text.includes('new Piscina('));
    assert.ok(makers.length >= 4);
    for (const text of makers) assert.match(text, /execArgv: \[\.\.\.WORKER_ARGUMENTS\]/);
  });
});

const sources = (): readonly string[] =>
  readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'));
