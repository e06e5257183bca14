import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { errors, type JWK } from 'jose';
import { createKeySet, KEY_SET_BOUNDS } from '../../src/identity/keys.ts';
import { silent } from '../support/identity.ts';
import { publicPart, signingKey } from '../support/issuer.ts';

const [one, two] = (await Promise.all([signingKey('one'), signingKey('two')])).map(publicPart) as [JWK, JWK];

let now: number;
let fetches: number;
let answer: () => Promise<unknown>;

beforeEach(() => {
  now = 1_000_000;
  fetches = 0;
  answer = async () => ({ keys: [one] });
});

const keySet = () => {
  const find = createKeySet({
    issuer: 'https://aai.esrf.eu',
    fetchKeys: () => {
      fetches += 1;
      return answer();
    },
    clock: { monotonic: () => now },
    logger: silent,
  });
  return async (kid?: string) =>
    find({ alg: 'RS256', ...(kid !== undefined && { kid }) }, { payload: '', signature: '' });
};
const down = () => Promise.reject(new Error('down'));
const unavailable = { code: 'ISSUER_UNAVAILABLE' };

describe('keys', () => {
  test('are fetched once for all callers who wait for them', async () => {
    const find = keySet();
    assert.equal(fetches, 0);
    await Promise.all([find('one'), find('one'), find('one')]);
    assert.equal(fetches, 1);
  });

  test('are cached until their maximum age, and then fetched again', async () => {
    const find = keySet();
    await find('one');
    now += KEY_SET_BOUNDS.maxAge - 1;
    await find('one');
    assert.equal(fetches, 1);
    now += 1;
    answer = async () => ({ keys: [two] });
    await assert.rejects(find('one'), errors.JWKSNoMatchingKey);
    await find('two');
    assert.equal(fetches, 2);
  });

  test('are used while the issuer does not answer, fetched at a limited rate, and dropped beyond the bound', async () => {
    const find = keySet();
    await find('one');
    answer = down;
    now += KEY_SET_BOUNDS.maxAge;
    await find('one');
    await find('one');
    assert.equal(fetches, 2);
    now += KEY_SET_BOUNDS.failureCooldown;
    await find('one');
    assert.equal(fetches, 3);
    now = 1_000_000 + KEY_SET_BOUNDS.staleIfError;
    await assert.rejects(find('one'), unavailable);
  });

  test('are available again as soon as the issuer is, after the cooldown', async () => {
    const find = keySet();
    answer = down;
    await assert.rejects(find('one'), unavailable);
    answer = async () => ({ keys: [one] });
    await assert.rejects(find('one'), unavailable);
    assert.equal(fetches, 1);
    now += KEY_SET_BOUNDS.failureCooldown;
    await find('one');
    assert.equal(fetches, 2);
  });

  test('that are missing are looked for once per cooldown, whoever asks', async () => {
    const find = keySet();
    await find('one');
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await assert.rejects(find(`random-${attempt}`), errors.JWKSNoMatchingKey);
    }
    assert.equal(fetches, 1);
    now += KEY_SET_BOUNDS.unknownKeyCooldown;
    await Promise.all(['a', 'b', 'c'].map((kid) => assert.rejects(find(kid), errors.JWKSNoMatchingKey)));
    assert.equal(fetches, 2);
  });

  test('that are missing are unavailable rather than refused while the issuer does not answer', async () => {
    const find = keySet();
    await find('one');
    answer = down;
    now += KEY_SET_BOUNDS.unknownKeyCooldown;
    await assert.rejects(find('two'), unavailable);
    await find('one');
  });

  test('are not guessed where several fit a token without kid', async () => {
    const find = keySet();
    await find();
    now += KEY_SET_BOUNDS.maxAge;
    answer = async () => ({ keys: [one, two] });
    await assert.rejects(find(), errors.JWKSMultipleMatchingKeys);
  });
});

describe('an answer is not a key set', () => {
  const wrong: readonly unknown[] = [
    null,
    'keys',
    [],
    {},
    { keys: 'one' },
    { keys: ['one'] },
    { keys: Array.from({ length: KEY_SET_BOUNDS.keys + 1 }, () => one) },
  ];
  for (const [index, body] of wrong.entries()) {
    test(`if it is ${JSON.stringify(body)?.slice(0, 40)} (${index}), and the earlier keys stay`, async () => {
      const find = keySet();
      await find('one');
      now += KEY_SET_BOUNDS.maxAge;
      answer = async () => body;
      await find('one');
      await assert.rejects(find('two'), unavailable);
    });
  }

  test('with secrets in it that anybody may use: a shared key is never one', async () => {
    const find = keySet();
    answer = async () => ({ keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'one', alg: 'RS256' }] });
    await assert.rejects(find('one'), errors.JWKSNoMatchingKey);
  });
});
