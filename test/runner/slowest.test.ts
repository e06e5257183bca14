import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import slowest from './slowest.ts';

const complete = (name: string, duration_ms: number, nesting = 0): TestEvent =>
  ({ type: 'test:complete', data: { name, nesting, details: { duration_ms } } }) as TestEvent;

async function listed(events: readonly TestEvent[]): Promise<string[]> {
  const stream = (async function* () {
    yield* events;
  })();
  let text = '';
  for await (const part of slowest(stream)) text += part;
  return text.trim().split('\n');
}

test('the ten slowest files are listed, slowest first, by the names of their sources', async () => {
  const files = Array.from({ length: 12 }, (_, n) =>
    complete(`.cache/suite/1/test/model/n${n}.test.mjs`, 1_000 * n),
  );
  const [head = '', ...lines] = await listed(files);
  assert.match(head, /^slowest of 12 files, which took \d+\.\d s in all:$/);
  assert.equal(lines.length, 10);
  assert.equal(lines[0]?.trim(), '11.0 s  test/model/n11.test.ts');
  assert.equal(lines[9]?.trim(), '2.0 s  test/model/n2.test.ts');
});

test('what is a test within a file is none of the files', async () => {
  const [head, ...lines] = await listed([
    complete('a page', 9_000),
    complete('x.test.mjs', 9_000, 1),
    complete('.cache/suite/1/test/page/page.test.mjs', 100),
  ]);
  assert.match(head ?? '', /^slowest of 1 files/);
  assert.deepEqual(
    lines.map((line) => line.trim()),
    ['0.1 s  test/page/page.test.ts'],
  );
});
