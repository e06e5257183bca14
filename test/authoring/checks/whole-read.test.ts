import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { needsOpa } from '../opa.ts';
import { found, restricting } from './found.ts';

describe('whole-read', needsOpa, () => {
  test('finds the whole record at each place, and there once', async (context) => {
    const rules = restricting(
      'default usable := false\n\nusable if count(input.record) > 3\n\nusable if count(input.record) < 2',
    );
    assert.deepEqual(await found(context, rules), ['whole-read 7:17', 'whole-read 9:17']);
  });

  test('finds the whole input once where it is the decision', async (context) => {
    const places = await found(context, 'decision := input');
    assert.deepEqual(places, ['whole-read 3:13']);
  });
});
