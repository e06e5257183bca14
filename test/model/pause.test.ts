import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../../src/model/pause.ts';

test('a wait ends when its signal aborts', async () => {
  const started = performance.now();
  await pause(60_000, AbortSignal.timeout(20));
  assert.ok(performance.now() - started < 30_000);
});
