// Whatever a client sends is its own mistake, and never ours: no document and no variables make an INTERNAL error, or a
// line in the operator's log.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql';
import { pino } from 'pino';
import fc, { runs } from '../support/fast-check.ts';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { startRegistry, type TestRegistry, testNode } from '../support/registry.ts';

const logged: string[] = [];
let registry: TestRegistry;
let gateway: RunningGateway;
let schema: GraphQLSchema;

before(async () => {
  registry = await startRegistry('esrf', [testNode('em/relion', { sharing: 'open', license: 'MIT' })]);
  const facilities = [
    {
      id: 'esrf',
      name: 'ESRF',
      registries: [
        { key: 'main', kind: 'graphql' as const, url: registry.url, pull: 'registry.esrf.example' },
      ],
    },
  ];
  const logger = pino({ level: 'error' }, { write: (line: string) => logged.push(line) });
  gateway = await startGateway(configOf({ facilities }), { logger });
  await gateway.federation.catalog.refresh({ maxAge: null });
  schema = gateway.federation.gateway.schema;
});
after(async () => {
  await gateway?.close();
  await registry?.close();
});

interface Answer {
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** Asks as a client does; the same document twice, since what comes again is compiled. */
async function codesOf(body: unknown): Promise<string[]> {
  const codes: string[] = [];
  for (let time = 0; time < 3; time++) {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { errors = [] } = (await response.json()) as Answer;
    codes.push(...errors.map(({ extensions }) => extensions.code));
  }
  return codes;
}

async function assertOurs(body: unknown): Promise<void> {
  const before = logged.length;
  const codes = await codesOf(body);
  assert.ok(!codes.includes('INTERNAL'), JSON.stringify({ body, codes, logged: logged.slice(before) }));
  assert.equal(logged.length, before, logged.slice(before).join(''));
}

describe('null-in-list: null by a variable that has a default', () => {
  const cases: readonly (readonly [name: string, query: string])[] = [
    ['facilities', 'query ($n: ID = "kit") { images(only: { facilities: ["esrf", $n] }) { totalCount } }'],
    ['frameworks', 'query ($n: String = "x") { images(only: { frameworks: [$n] }) { totalCount } }'],
    ['trust', 'query ($n: TrustState = UNSIGNED) { images(except: { trust: [$n] }) { totalCount } }'],
    ['may', 'query ($n: Action = PULL) { images(prefer: { may: [$n] }) { totalCount } }'],
    ['reads', 'query ($n: String = "x") { images(only: { reads: [$n] }) { totalCount } }'],
    ['facets', 'query ($n: FacetField = LICENSE) { images { facets(fields: [$n]) { field } } }'],
    ['node', 'query ($n: ID = "x") { node(id: $n) { id } }'],
    ['a fragment', 'query ($n: ID = "x") { ...F } fragment F on Query { node(id: $n) { id } }'],
    ['@include', 'query ($n: Boolean = true) { viewer { issuer @include(if: $n) } }'],
  ];
  for (const [name, query] of cases) {
    test(`in ${name} is BAD_INPUT`, async () => {
      await assertOurs({ query, variables: { n: null } });
      assert.deepEqual([...new Set(await codesOf({ query, variables: { n: null } }))], ['BAD_INPUT']);
      await assertOurs({ query });
    });
  }

  test('in a field that is skipped is not looked at', async () => {
    const query =
      'query ($n: ID = "x", $s: Boolean!) { viewer { issuer } node(id: $n) @skip(if: $s) { id } }';
    assert.deepEqual(await codesOf({ query, variables: { n: null, s: true } }), []);
  });
});

test('no document and no variables make an error of ours', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.dictionary(
        fc.constantFrom('v0', 'v1', 'v2', 'v3', '__proto__'),
        fc.oneof(fc.constant(null), anyJson()),
        { minKeys: 2 },
      ),
      async (seed, variables) => {
        const query = randomDocument(schema, numbers(seed));
        // A document that does not parse is dull, and would mean that the generator is broken.
        parse(query);
        await assertOurs({ query, variables });
      },
    ),
    { numRuns: runs(50) },
  );
});

function anyJson(): fc.Arbitrary<unknown> {
  const text = fc.oneof(
    fc.constantFrom(
      '',
      'esrf',
      'relion',
      '\ud800',
      '__proto__',
      `sha256:${'0'.repeat(64)}`,
      'a'.repeat(2_000),
      '\u0000',
      '++',
    ),
    fc.string(),
  );
  const scalar = fc.oneof(
    fc.constantFrom(null, true, false, 0, -1, 1e308, 2 ** 31, 0.5, 'PULL', 'LICENSE'),
    text,
  );
  const kinds = fc.constantFrom('ListValue', 'Variable', 'ObjectValue', 'StringValue');
  return fc.oneof(
    scalar,
    fc.array(fc.oneof(scalar, fc.array(scalar)), { maxLength: 4 }),
    fc.dictionary(
      fc.constantFrom('facilities', 'frameworks', 'may', 'trust', 'kind', '__proto__', 'x'),
      fc.oneof(scalar, kinds, fc.array(scalar, { maxLength: 3 })),
    ),
  );
}

/** Whole numbers that follow from the seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** A document that validates more often than not; `next` chooses. */
function randomDocument(of: GraphQLSchema, next: () => number): string {
  const pick = <T>(from: readonly T[]): T => from[next() % from.length] as T;
  const variables = new Map<string, string>();
  let aliases = 0;

  function variable(type: GraphQLInputType): string {
    const name = `v${variables.size % 4}`;
    const nullable = getNullableType(type);
    // Nullable and with a default, so that null may come where it may not.
    const known = variables.get(name);
    if (known !== undefined) return `$${name}`;
    variables.set(name, next() % 2 === 0 ? `${nullable} = ${literal(nullable, 3)}` : String(type));
    return `$${name}`;
  }

  function literal(type: GraphQLInputType, depth: number): string {
    if (isNonNullType(type)) return literal(type.ofType, depth);
    if (next() % 12 === 0) return 'null';
    if (isListType(type)) {
      return `[${Array.from({ length: next() % 3 }, () => value(type.ofType, depth + 1)).join(' ')}]`;
    }
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      const chosen = Array.from({ length: next() % 3 }, () => pick(fields));
      return `{${[...new Set(chosen)].map((field) => `${field.name}: ${value(field.type, depth + 1)}`).join(' ')}}`;
    }
    if (type.name === 'Int') return pick(['0', '1', '20', '100', '-1', '2147483647']);
    if (type.name === 'Boolean') return pick(['true', 'false']);
    return pick([
      '"esrf"',
      '"relion"',
      '""',
      '"x y z"',
      `"sha256:${'0'.repeat(64)}"`,
      '"framework:relion"',
      '5',
    ]);
  }

  const value = (type: GraphQLInputType, depth: number): string =>
    next() % 4 === 0 && depth < 3 ? variable(type) : literal(type, depth);

  function selection(field: GraphQLField<unknown, unknown>, depth: number): string {
    const given = field.args.filter(
      (argument: GraphQLArgument) => isNonNullType(argument.type) || next() % 3 === 0,
    );
    const args = given.map((argument) => `${argument.name}: ${value(argument.type, 0)}`).join(' ');
    // Aliases of their own, since two fields of one key must be one field.
    aliases += 1;
    const alias = `a${aliases}: `;
    const directive =
      next() % 10 === 0 ? ` @${pick(['include', 'skip'])}(if: ${next() % 2 === 0 ? '$b' : 'true'})` : '';
    const type = getNamedType(field.type);
    const inner = isCompositeType(type) ? ` { __typename ${fieldsOf(type.name, depth + 1)} }` : '';
    return `${alias}${field.name}${args === '' ? '' : `(${args})`}${directive}${inner}`;
  }

  function fieldsOf(name: string, depth: number): string {
    const type = of.getType(name);
    if (!isObjectType(type) || depth > 4) return '';
    const fields = Object.values(type.getFields());
    return Array.from({ length: 1 + (next() % 3) }, () => selection(pick(fields), depth)).join(' ');
  }

  const body = fieldsOf('Query', 0);
  const definitions = [...variables].map(([name, type]) => `$${name}: ${type}`);
  if (body.includes('$b')) definitions.push('$b: Boolean = true');
  return `query${definitions.length === 0 ? '' : `(${definitions.join(' ')})`} { ${body} }`;
}
