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
  interface Refused {
    readonly errors: readonly {
      readonly extensions: { readonly unknown: { readonly suggestions: readonly string[] }[] };
    }[];
  }
  const names = JSON.stringify(Array.from({ length: 8 }, (_, n) => `relio${n}`));
  const question = `images(only: { frameworks: ${names} }) { totalCount }`;
  const suggestedIn = async (document: string): Promise<number> => {
    const { errors } = JSON.parse(await world.ask(document)) as Refused;
    return errors[0]?.extensions.unknown.filter(({ suggestions }) => suggestions.length > 0).length ?? 0;
  };

  test('are computed for each unknown name that is reported for one question', async () => {
    assert.equal(await suggestedIn(`{ ${question} }`), 8);
  });

  test('are shared by the questions of a document, whichever is answered first', async () => {
    assert.equal(await suggestedIn(`{ a: ${question} b: ${question} c: ${question} d: ${question} }`), 2);
    const many = Array.from({ length: 30 }, (_, n) => `a${n}: ${question}`).join(' ');
    assert.equal(await suggestedIn(`{ ${many} }`), 1);
  });
});

test('the bytes of an answer are counted to their bound and not beyond', () => {
  const bounds = requestBounds(new AbortController().signal, 10);
  bounds.count(6);
  bounds.count(4);
  assert.equal(bounds.exceeded(), null);
  assert.throws(() => bounds.count(1), { code: 'LIMIT_EXCEEDED' });
  assert.equal(bounds.exceeded()?.code, 'LIMIT_EXCEEDED');
});
