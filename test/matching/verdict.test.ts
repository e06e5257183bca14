import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { best, listed, no, shown, unknown, whole, worst, yes } from '../../src/matching/verdict.ts';

const YES = yes('A', 'It is.');
const UNKNOWN = unknown('B', 'It may be.', 'Say so.');
const NO = no('C', 'It is not.', 'Make it so.');

describe('a verdict', () => {
  test('of the whole is no if any is no, else unknown if any is unknown, else yes', () => {
    assert.equal(whole([YES, UNKNOWN, NO]), 'no');
    assert.equal(whole([YES, UNKNOWN, YES]), 'unknown');
    assert.equal(whole([YES, YES]), 'yes');
    assert.equal(whole([]), 'yes');
  });

  test('that is the worst or the best of several is the first such', () => {
    const other = no('D', 'Nor is this.', null);
    assert.equal(worst([YES, NO, other]), NO);
    assert.equal(best([NO, UNKNOWN, YES]), YES);
    assert.equal(best([other, NO]), other);
    assert.equal(worst([]), undefined);
  });
});

describe('a text of an image in a message', () => {
  test('is inert, and short', () => {
    assert.equal(shown('a\u001b[2Jb\u202ec'), 'a [2Jbc');
    assert.equal(shown('x'.repeat(80)), 'x'.repeat(80));
    assert.equal(shown('x'.repeat(81)), `${'x'.repeat(79)}…`);
    assert.equal(shown('😀'.repeat(100)), `${'😀'.repeat(79)}…`);
    assert.equal(shown('x'.repeat(1_000_000)).length, 80);
  });

  test('is one of five, and the rest is counted', () => {
    assert.equal(listed(['a', 'b']), 'a, b');
    assert.equal(listed(['a', 'b', 'c', 'd', 'e', 'f', 'g']), 'a, b, c, d, e and 2 more');
  });
});
