// What a request may cost: every limit, with the code and the status that a client can act on, before any work is done.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answered, type RunningGateway, startSmallDemo } from '../support/gateway.ts';

let demo: RunningGateway;
before(async () => {
  demo = await startSmallDemo((config) => ({ ...config, limits: { ...config.limits, ...LIMITS } }));
});
after(() => demo?.close());

const LIMITS = {
  tokens: 4_000,
  depth: 12,
  aliases: 30,
  directives: 50,
  cost: 5_000,
  choiceValues: 100,
  search: 256,
  bodyBytes: 131_072,
};

const repeat = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

async function refused(
  answering: Promise<Answered<unknown>>,
  code: string,
  status: number,
  message: RegExp,
): Promise<void> {
  const answer = await answering;
  const [error, ...others] = answer.errors;
  assert.deepEqual([error?.extensions.code, answer.status], [code, status], answer.text.slice(0, 500));
  assert.match(error?.message ?? '', message);
  assert.ok(error?.extensions.hint || code !== 'LIMIT_EXCEEDED', 'a limit says what to do');
  assert.deepEqual([others, answer.data ?? null], [[], null]);
}

async function allowed<T>(answering: Promise<Answered<T>>): Promise<T> {
  const answer = await answering;
  assert.deepEqual([answer.status, answer.errors], [200, []], answer.text.slice(0, 500));
  return answer.data;
}

describe('the shape of a document', () => {
  test('tokens', async () => {
    // Thirty aliases of a hundred values: nothing but the tokens is much.
    const values = repeat(100, () => '"esrf"');
    const document = (choices: string): string =>
      `{ ${repeat(30, (index) => `a${index}: images(first: 1, only: { ${choices} }) { totalCount }`)} }`;
    await allowed(demo.ask(document(`facilities: [${values}]`)));
    const more = document(`facilities: [${values}], engines: [${repeat(20, () => '"docker"')}]`);
    await refused(demo.ask(more), 'LIMIT_EXCEEDED', 400, /4000 tokens/);
  });

  test('levels, also through fragments', async () => {
    const nested = (levels: number): string =>
      levels === 0
        ? 'name'
        : `framework { images(first: 1) { nodes { frameworks { ${nested(levels - 1)} } } } }`;
    await allowed(demo.ask(`{ images(first: 1) { nodes { frameworks { ${nested(2)} } } } }`));
    await refused(
      demo.ask(`{ images(first: 1) { nodes { frameworks { ${nested(3)} } } } }`),
      'LIMIT_EXCEEDED',
      400,
      /12 levels/,
    );
    const fragments = repeat(
      13,
      (index) =>
        `fragment F${index} on Framework { images(first: 1) { nodes { frameworks { framework { ...F${index + 1} } } } } }`,
    );
    await refused(
      demo.ask(`{ node(id: "framework:relion") { ...F0 } } ${fragments} fragment F13 on Framework { name }`),
      'LIMIT_EXCEEDED',
      400,
      /12 levels/,
    );
  });

  test('aliases: thirty, not ten thousand', async () => {
    await allowed(demo.ask(`{ viewer { ${repeat(LIMITS.aliases, (index) => `a${index}: name`)} } }`));
    const one = demo.ask(`{ viewer { ${repeat(LIMITS.aliases + 1, (index) => `a${index}: name`)} } }`);
    await refused(one, 'LIMIT_EXCEEDED', 400, /30 aliases/);
    const started = performance.now();
    const many = demo.ask(
      `{viewer{${repeat(10_000, (index) => `${index.toString(36).padStart(4, 'a')}:name`)}}}`,
    );
    await refused(many, 'LIMIT_EXCEEDED', 400, /4000 tokens/);
    assert.ok(performance.now() - started < 20_000);
  });

  test('aliases of a fragment count each time that it is spread', async () => {
    const fragment = `fragment Ten on Viewer { ${repeat(10, (index) => `a${index}: name`)} }`;
    await allowed(demo.ask(`{ viewer { ...Ten ...Ten ...Ten } } ${fragment}`));
    const four = demo.ask(`{ viewer { ...Ten ...Ten ...Ten ...Ten } } ${fragment}`);
    await refused(four, 'LIMIT_EXCEEDED', 400, /30 aliases/);
  });

  test('a bomb of fragments that double at each level is refused at once', async () => {
    const fragments = repeat(
      40,
      (index) => `fragment F${index} on Viewer { ...F${index + 1} ...F${index + 1} }`,
    );
    const started = performance.now();
    const answering = demo.ask(`{ viewer { ...F0 } } ${fragments} fragment F40 on Viewer { x: name }`);
    await refused(answering, 'LIMIT_EXCEEDED', 400, /30 aliases/);
    assert.ok(performance.now() - started < 20_000);
  });

  test('a fragment that spreads itself is a mistake in the document', async () => {
    const answer = await demo.ask(
      '{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }',
    );
    assert.deepEqual(answer.errors[0]?.extensions.code, 'GRAPHQL_VALIDATION_FAILED');
  });

  test('directives', async () => {
    const skip = (count: number): string => repeat(count, () => '@skip(if: false)');
    const fields = (count: number): string =>
      repeat(count, (index) => `... on Viewer { name ${skip(1)} } #${index}\n`);
    await allowed(demo.ask(`{ viewer { ${fields(LIMITS.directives)} } }`));
    const more = demo.ask(`{ viewer { ${fields(LIMITS.directives + 1)} } }`);
    await refused(more, 'LIMIT_EXCEEDED', 400, /50 directives/);
  });
});

describe('the cost of a document', () => {
  test('is the product of the pages along a path', async () => {
    const nested = (outer: number, inner: number): string =>
      `{ frameworks(first: ${outer}) { nodes { images(first: ${inner}) { nodes { id } } } } }`;
    await allowed(demo.ask(nested(20, 100)));
    await refused(demo.ask(nested(100, 100)), 'LIMIT_EXCEEDED', 400, /costs \d+, more than 5000/);
  });

  test('counts variables by their values, and each fragment where it is spread', async () => {
    const document = `query Ask($outer: Int, $inner: Int) { frameworks(first: $outer) { ...Page } }
      fragment Page on FrameworkConnection { nodes { images(first: $inner) { nodes { id } } } }`;
    await allowed(demo.ask(document, { outer: 2, inner: 100 }));
    await refused(demo.ask(document, { outer: 100, inner: 100 }), 'LIMIT_EXCEEDED', 400, /costs/);
  });

  test('holds for a document that was answered before with less', async () => {
    const document = 'query Ask($n: Int) { images(first: $n) { nodes { sameDigest(first: 100) { id } } } }';
    for (let times = 0; times < 3; times += 1) await allowed(demo.ask(document, { n: 1 }));
    await refused(demo.ask(document, { n: 100 }), 'LIMIT_EXCEEDED', 400, /costs/);
  });

  test('counts facets', async () => {
    const fields =
      '[FACILITY FRAMEWORK TECHNIQUE LICENSE CONDITION TRUST SHARING SUPPLIED_BY READS WRITES ENGINE PLATFORM MAY]';
    const facets = repeat(25, (index) => `f${index}: facets(fields: ${fields}) { field }`);
    await refused(demo.ask(`{ images(first: 1) { ${facets} } }`), 'LIMIT_EXCEEDED', 400, /costs/);
  });
});

describe('the lengths of what is given', () => {
  test('a page has 1 to 100 images', async () => {
    for (const first of [0, -1, 101, 2_147_483_647]) {
      const answer = await demo.ask('query Ask($first: Int) { images(first: $first) { totalCount } }', {
        first,
      });
      assert.ok(
        ['BAD_INPUT', 'LIMIT_EXCEEDED'].includes(answer.errors[0]?.extensions.code ?? ''),
        `${first}: ${answer.text}`,
      );
    }
    await allowed(demo.ask('{ images(first: 100) { totalCount } }'));
  });

  test('a variable of another type is the caller’s mistake', async () => {
    const document = 'query Ask($first: Int) { images(first: $first) { totalCount } }';
    for (let times = 0; times < 3; times += 1) {
      const answer = await demo.ask(document, { first: 'many' });
      assert.deepEqual(
        [answer.errors.length, answer.errors[0]?.extensions.code],
        [1, 'BAD_INPUT'],
        answer.text,
      );
      assert.match(answer.errors[0]?.message ?? '', /\$first/);
      assert.ok(answer.status < 500);
      await allowed(demo.ask(document, { first: 1 }));
    }
  });

  test('a choice has at most 100 values', async () => {
    const document = 'query Ask($only: Choices) { images(only: $only, first: 1) { totalCount } }';
    const values = (length: number) => ({ only: { facilities: Array.from({ length }, () => 'esrf') } });
    await allowed(demo.ask(document, values(LIMITS.choiceValues)));
    await refused(demo.ask(document, values(LIMITS.choiceValues + 1)), 'BAD_INPUT', 200, /100 values/);
  });

  test('a value of a choice, an id and a reference have at most 1,024 characters', async () => {
    const long = 'x'.repeat(1_025);
    const { ask } = demo;
    await refused(
      ask('query Ask($v: String!) { images(only: { licenses: [$v] }) { totalCount } }', { v: long }),
      'BAD_INPUT',
      200,
      /1024/,
    );
    await refused(
      ask('query Ask($v: ID!) { images(at: $v) { totalCount } }', { v: long }),
      'BAD_INPUT',
      200,
      /1024/,
    );
    const node = await ask('query Ask($v: ID!) { node(id: $v) { id } }', { v: long });
    assert.equal(node.errors[0]?.extensions.code, 'BAD_INPUT');
  });

  test('a search has at most 256 characters', async () => {
    const document = 'query Ask($search: String) { images(search: $search, first: 1) { totalCount } }';
    await allowed(demo.ask(document, { search: 'x'.repeat(LIMITS.search) }));
    await refused(demo.ask(document, { search: 'x'.repeat(LIMITS.search + 1) }), 'BAD_INPUT', 200, /256/);
  });

  test('a body has at most 131,072 bytes, announced or not', async () => {
    const body = JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(LIMITS.bodyBytes) } });
    const post = async (given: BodyInit): Promise<void> => {
      const response = await fetch(`${demo.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: given,
        duplex: 'half',
      } as RequestInit);
      const { errors } = (await response.json()) as { errors: [{ extensions: { code: string } }] };
      assert.deepEqual([response.status, errors[0].extensions.code], [413, 'PAYLOAD_TOO_LARGE']);
    };
    await post(body);
    await post(new Blob([body]).stream());
  });
});
