import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'graphql';
import { pino } from 'pino';
import {
  createExtensionAnswers,
  type ExtensionAnswersOptions,
} from '../../../src/graphql/extension/answers.ts';
import { type ExtensionAnswer, readQuestion } from '../../../src/graphql/extension/question.ts';
import { FederationError } from '../../../src/model/errors.ts';
import type { GraphqlAnswer } from '../../../src/network/graphql-endpoint.ts';

const { question } = readQuestion(
  parse('query Anybody($ids: [ID!]!) { imagesById(ids: $ids) { contact } }'),
  { ids: [] },
);

type Registry = (ids: readonly string[]) => Promise<Partial<GraphqlAnswer>> | Partial<GraphqlAnswer>;

const contacts: Registry = (ids) => ({ data: { imagesById: ids.map((contact) => ({ contact })) } });

/** Answers of a registry, and the ids of each request that it got. */
function setUp(registry: Registry = contacts, options: Partial<ExtensionAnswersOptions> = {}) {
  const asked: (readonly string[])[] = [];
  const answers = createExtensionAnswers({
    facility: 'esrf',
    endpoint: {
      read: async ({ variables }, read) => {
        const ids = variables?.ids as readonly string[];
        asked.push(ids);
        const answer = { data: null, errors: [], ...(await registry(ids)) };
        const bytes = Buffer.from(JSON.stringify(answer));
        return { value: await read(bytes), bytes: bytes.length };
      },
    },
    deadline: 10_000,
    maxBytes: 1_000_000,
    keep: 10_000,
    logger: pino({ level: 'silent' }),
    ...options,
  });
  const of = (ids: readonly string[], principal = 'anonymous', signal?: AbortSignal) =>
    answers.of(question, ids, principal, signal);
  return { of, asked };
}

/** A registry that answers when it is let. */
function held(): { readonly registry: Registry; readonly letGo: () => void } {
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  return { registry: async (ids) => gate.then(() => contacts(ids)), letGo };
}

const contactOf = (answer: ExtensionAnswer): unknown =>
  'failure' in answer ? answer.failure.code : (answer.value as { contact: unknown } | null)?.contact;

test('an answer is cached and shared between callers, whoever asked first', async () => {
  const { of, asked } = setUp();
  assert.deepEqual((await of(['a', 'b'])).map(contactOf), ['a', 'b']);
  assert.deepEqual((await of(['b', 'c'], 'somebody')).map(contactOf), ['b', 'c']);
  assert.deepEqual(asked, [['a', 'b'], ['c']]);
});

test('an answer is kept no longer than is said', async () => {
  const { of, asked } = setUp(contacts, { keep: 20 });
  await of(['a']);
  await sleep(40);
  await of(['a']);
  assert.equal(asked.length, 2);
});

test('a caller who asks while a request is under way waits for its answer, although none is cached', async () => {
  const { registry, letGo } = held();
  const { of, asked } = setUp(registry, { keep: 0 });
  const first = of(['a']);
  await sleep(5);
  const second = of(['a']);
  letGo();
  assert.deepEqual((await Promise.all([first, second])).flat().map(contactOf), ['a', 'a']);
  await of(['a']);
  assert.deepEqual(asked, [['a'], ['a']]);
});

test('questions of one turn are one request, and many images are several', async () => {
  const { of, asked } = setUp();
  await Promise.all(
    Array.from({ length: 30 }, (_, n) => of(Array.from({ length: n + 1 }, (_, i) => `${i}`))),
  );
  assert.deepEqual(
    asked.map(({ length }) => length),
    [30],
  );
  await of(Array.from({ length: 600 }, (_, i) => `more ${i}`));
  assert.deepEqual(
    asked.slice(1).map(({ length }) => length),
    [250, 250, 100],
  );
});

test('a failed request is cached for a short time for its caller, with a message of our own', async () => {
  const { of, asked } = setUp(
    () => {
      throw new FederationError('SOURCE_TIMEOUT', 'no answer in time');
    },
    { keep: 40 },
  );
  const [failed] = await of(['a']);
  assert.ok(failed !== undefined && 'failure' in failed);
  assert.equal(failed.failure.message, 'The registry of esrf did not answer with its own fields.');
  await of(['a']);
  assert.equal(asked.length, 1);
  await sleep(80);
  await of(['a']);
  assert.equal(asked.length, 2);
});

for (const [name, fails] of Object.entries({
  'fails as a whole': () => assert.fail('no answer'),
  'has too few images': () => ({ data: { imagesById: [] } }),
  'has an error of no image': (ids: readonly string[]) => ({
    data: { imagesById: ids.map(() => null) },
    errors: [{ message: 'down', path: null }],
  }),
})) {
  test(`a request that ${name} shows nothing to callers who may not know which image made it fail`, async () => {
    const registry: Registry = (ids) => (ids.includes('hidden') ? fails(ids) : contacts(ids));
    const { of } = setUp(registry);
    const admin = await of(['hidden', 'visible'], 'admin');
    assert.deepEqual(admin.map(contactOf), ['SOURCE_UNAVAILABLE', 'SOURCE_UNAVAILABLE']);
    assert.deepEqual((await of(['visible'])).map(contactOf), ['visible']);

    const { registry: slow, letGo } = held();
    const shared = setUp(async (ids) => {
      if (ids.includes('hidden')) await slow(ids);
      return registry(ids);
    });
    const first = shared.of(['hidden', 'visible'], 'admin');
    await sleep(5);
    assert.deepEqual((await shared.of(['visible'])).map(contactOf), ['visible']);
    letGo();
    await first;
  });
}

test('an image that is too large fails alone', async () => {
  const { of } = setUp(() => ({
    data: { imagesById: [{ contact: 'x'.repeat(100_000) }, { contact: 'b' }] },
  }));
  assert.deepEqual((await of(['a', 'b'])).map(contactOf), ['SOURCE_UNAVAILABLE', 'b']);
});

test('an image with errors at more places than anybody reads fails alone and as a whole', async () => {
  const { of } = setUp((ids) => ({
    ...contacts(ids),
    errors: Array.from({ length: 9_000 }, (_, n) => ({ message: 'no', path: ['imagesById', 0, `f${n}`] })),
  }));
  assert.deepEqual((await of(['a', 'b'])).map(contactOf), ['SOURCE_UNAVAILABLE', 'b']);
});

test('a list that is not one image for each id is nobody’s answer', async () => {
  const { of } = setUp(() => ({ data: { imagesById: [{ contact: 'another’s' }] } }));
  assert.deepEqual((await of(['a', 'b'])).map(contactOf), ['SOURCE_UNAVAILABLE', 'SOURCE_UNAVAILABLE']);
});

test('anonymous callers keep nobody who signed in waiting, and what they have waiting is bounded', async () => {
  const { registry, letGo } = held();
  const { of, asked } = setUp(async (ids) => (ids[0]?.startsWith('held') ? registry(ids) : contacts(ids)));
  // A batch is full, so that each question is a request of its own.
  const flood = Array.from({ length: 50 }, (_, n) =>
    of(Array.from({ length: 250 }, (_, i) => `held ${n} ${i}`)),
  );
  const refused = (await Promise.race([flood[49], sleep(5_000)])) as readonly ExtensionAnswer[];
  assert.equal(contactOf(refused[0]!), 'NOT_READY');
  assert.deepEqual((await of(['mine'], 'somebody')).map(contactOf), ['mine']);
  assert.equal(asked.length, 3);
  letGo();
  await Promise.all(flood);
});

describe('what waits for its turn', () => {
  /** All that one principal may have under way, and the registry that holds it. */
  async function busy() {
    const { registry, letGo } = held();
    const { of, asked } = setUp(async (ids) => (ids[0]?.startsWith('held') ? registry(ids) : contacts(ids)));
    const full = (n: number) => Array.from({ length: 250 }, (_, i) => `held ${n} ${i}`);
    const first = [of(full(1)), of(full(2))];
    while (asked.length < 2) await sleep(1);
    return { of, asked, letGo, first };
  }

  test('is cancelled when its caller has disconnected, and its place is free', async () => {
    const { of, asked, letGo, first } = await busy();
    const leaving = new AbortController();
    const batches = Array.from({ length: 32 }, (_, n) =>
      of(
        Array.from({ length: 250 }, (_, i) => `left ${n} ${i}`),
        'anonymous',
        leaving.signal,
      ),
    );
    leaving.abort();
    const waiting = of(['mine']);
    assert.equal(contactOf((await Promise.all(batches))[31]![0]!), 'NOT_READY');
    letGo();
    assert.deepEqual((await waiting).map(contactOf), ['mine']);
    await Promise.all(first);
    assert.deepEqual(asked.slice(2), [['mine']]);
  });

  test('is asked for as long as anybody is left who wants some of it', async () => {
    const { of, asked, letGo, first } = await busy();
    const leaving = new AbortController();
    const left = of(['a', 'b'], 'anonymous', leaving.signal);
    const stayed = of(['b', 'c'], 'anonymous', new AbortController().signal);
    leaving.abort();
    letGo();
    assert.deepEqual((await stayed).map(contactOf), ['b', 'c']);
    await Promise.all([left, ...first]);
    assert.deepEqual(asked.slice(2), [['a', 'b', 'c']]);
  });
});
