// What one request may take over all of its fields: nothing after it has ended, and a few suggestions.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { requestBounds } from '../../src/discovery/bounds.ts';
import { FederationError } from '../../src/model/errors.ts';
import { ANONYMOUS } from '../../src/model/subject.ts';
import { imageRecord } from '../support/records.ts';
import { createWorld, testEngine, type World } from '../support/world.ts';

let world: World;
before(async () => {
  const facility = 'kit';
  world = await createWorld(
    [{ facility, registry: 'main', records: [imageRecord({ facility })] }],
    await testEngine(),
  );
});

test('a request that has ended asks no registry and looks at no record', async () => {
  const asked = world.refreshes.length;
  const ended = AbortSignal.abort(new FederationError('REQUEST_TIMEOUT', 'it has ended'));
  const { data, errors } = await world.gateway.ask(
    '{ images(search: "relion") { totalCount } frameworks { totalCount } }',
    {},
    { caller: ANONYMOUS, ended },
  );
  assert.equal(data, null);
  assert.deepEqual([...new Set(errors.map(({ extensions }) => extensions.code))], ['REQUEST_TIMEOUT']);
  assert.equal(world.refreshes.length, asked);
});

describe('suggestions', () => {
  test('are sought for the first unknown names of a request, over all of its fields', async () => {
    const fields = Array.from(
      { length: 12 },
      (_, n) =>
        `a${n}: image(id: "x") { id } f${n}: images(only: { frameworks: "relio${n}" }) { totalCount }`,
    );
    const answer = JSON.parse(await world.ask(`{ ${fields.slice(0, 12).join(' ')} }`)) as {
      errors: { message: string; extensions: { suggestions: string[] } }[];
    };
    const told = answer.errors.filter(({ extensions }) => extensions.suggestions?.length > 0);
    assert.ok(answer.errors.length >= 1 && told.length <= 8, `${told.length} of ${answer.errors.length}`);
  });

  test('of one request are eight at the most', () => {
    const bounds = requestBounds(new AbortController().signal, 1);
    assert.deepEqual(
      Array.from({ length: 10 }, () => bounds.maySuggest()),
      [true, true, true, true, true, true, true, true, false, false],
    );
  });
});

test('the bytes of an answer are counted to their bound and not beyond', () => {
  const bounds = requestBounds(new AbortController().signal, 10);
  bounds.count(6);
  bounds.count(4);
  assert.throws(() => bounds.count(1), { code: 'LIMIT_EXCEEDED' });
});
