import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { identityIn, judgeIdentity, judgePages } from '../../../src/cli/doctor/contract.ts';
import type { ImagePage } from '../../../src/sources/contract.ts';

const IDENTITY = { contract: 1, facility: 'kit', generation: 'g1' };
const judged = (identity: Parameters<typeof judgeIdentity>[0], expected: string | null = 'kit') =>
  judgeIdentity(identity, expected).map(({ id, status }) => `${id} ${status}`);

describe('the identity of a registry', () => {
  test('passes by contract, facility and generation', () => {
    assert.deepEqual(judged(IDENTITY), ['contract pass', 'facility pass', 'generation pass']);
    assert.deepEqual(judged(IDENTITY, null), ['contract pass', 'facility pass', 'generation pass']);
  });

  test('passes in both versions of the contract, and says which', () => {
    for (const contract of [1, 2]) {
      const [check] = judgeIdentity({ ...IDENTITY, contract }, 'kit');
      assert.deepEqual([check?.status, check?.seen], ['pass', `version ${contract}`]);
    }
  });

  test('fails by each of them alone', () => {
    assert.equal(judged({ ...IDENTITY, contract: 3 })[0], 'contract fail');
    assert.equal(judged({ ...IDENTITY, contract: '1' })[0], 'contract fail');
    // No text can be made of this one.
    assert.equal(judged({ ...IDENTITY, contract: { toString: 1 } })[0], 'contract fail');
    assert.equal(judged(IDENTITY, 'psi')[1], 'facility fail');
    assert.equal(judged({ ...IDENTITY, facility: null }, null)[1], 'facility fail');
    for (const generation of [null, '', 7, 'x'.repeat(4_097)]) {
      assert.equal(judged({ ...IDENTITY, generation })[2], 'generation fail');
    }
  });

  test('fails at the contract where the answer has none', () => {
    assert.equal(identityIn({ data: { registry: null } }), null);
    assert.deepEqual(judged(identityIn({ data: null })), [
      'contract fail',
      'facility skip',
      'generation skip',
    ]);
  });
});

describe('pages of images', () => {
  const page = (ids: readonly string[], changes: Partial<ImagePage> = {}): ImagePage => ({
    nodes: ids.map((id) => ({ id })),
    generation: 'g1',
    hasNextPage: true,
    endCursor: 'c1',
    ...changes,
  });

  test('that lead on pass, as one page does', () => {
    const last = page(['c'], { hasNextPage: false, endCursor: null });
    assert.equal(judgePages(page(['a', 'b']), last).status, 'pass');
    assert.equal(judgePages(last, null).status, 'pass');
  });

  test('that lead nowhere fail', () => {
    assert.equal(judgePages(page(['a'], { endCursor: null }), null).status, 'fail');
    assert.equal(judgePages(page([]), null).status, 'fail');
    assert.equal(judgePages(page(['a']), page(['b'])).status, 'fail');
    assert.match(judgePages(page(['a']), page(['a'], { endCursor: 'c2' })).seen, /images of the first/);
  });

  test('of two generations are a warning', () => {
    const later = page(['b'], { endCursor: 'c2', generation: 'g2' });
    assert.equal(judgePages(page(['a']), later).status, 'warn');
  });
});
