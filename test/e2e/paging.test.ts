// Paging through everything while the registries change underneath: what did not change comes exactly once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { runs } from '../support/fast-check.ts';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { digestOf, FACILITIES } from '../support/records.ts';
import { type Node, startRegistry, type TestRegistry, testNode } from '../support/registry.ts';

const PAGE = `query Page($search: String, $only: Choices, $prefer: Choices, $orderBy: ImageOrder, $first: Int, $after: String) {
  images(search: $search, only: $only, prefer: $prefer, orderBy: $orderBy, first: $first, after: $after) {
    totalCount
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

interface Page {
  readonly images: {
    readonly totalCount: number;
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string | null;
      readonly endCursor: string | null;
    };
  };
}

const PER_LAB = 24;
/** A few of them, since each is read again before every page; all nine in a long run. */
const LABS = FACILITIES.slice(-runs(4));
const labs = new Map<string, { registry: TestRegistry; nodes: Map<string, Node> }>();
let gateway: RunningGateway;
let seed = 0;

/** Values that many images share, and none: what an order has to tell apart in the end by the id. */
function image(facility: string, number: number, more: Node = {}): Node {
  const title = [null, 'RELION', 'relion', `Tool ${number % 5}`][number % 4];
  return testNode(`${facility}/image-${number}`, {
    digest: digestOf(++seed),
    title,
    created: number % 3 === 0 ? null : `2024-0${1 + (number % 5)}-01T00:00:00Z`,
    frameworks:
      number % 6 === 0 ? null : [{ name: 'relion', version: [null, '3.1', '4.0.1', '10.0'][number % 4] }],
    license: 'GPL-3.0-only',
    sharing: 'open',
    description: 'cryo electron microscopy',
    suppliedBy: number % 2 === 0 ? 'staff' : 'user',
    ...more,
  });
}

before(async () => {
  for (const facility of LABS) {
    const nodes = new Map(
      Array.from(
        { length: PER_LAB },
        (_, number) => [`${facility}/${number}`, image(facility, number)] as const,
      ),
    );
    labs.set(facility, { registry: await startRegistry(facility, [...nodes.values()]), nodes });
  }
  const facilities = [...labs].map(([id, { registry }]) => ({
    id,
    name: `Lab ${id}`,
    registries: [
      { key: 'main', kind: 'graphql' as const, url: registry.url, pull: `registry.${id}.example` },
    ],
  }));
  gateway = await startGateway(configOf({ facilities }));
  await gateway.federation.catalog.refresh({ maxAge: null });
});
after(async () => {
  await gateway?.close();
  for (const { registry } of labs.values()) await registry.close();
});

async function page(
  variables: Readonly<Record<string, unknown>>,
  token: string | null = null,
): Promise<Page['images']> {
  const answer = await gateway.ask<Page>(PAGE, variables, token);
  assert.deepEqual(answer.errors, []);
  return answer.data.images;
}

/** All pages, one after the other; `between` is called before each but the first. */
async function walk(
  variables: Readonly<Record<string, unknown>>,
  between: (pages: number) => Promise<void> = async () => {},
): Promise<string[]> {
  const ids: string[] = [];
  let after = (variables.after ?? null) as string | null;
  for (let pages = 1; ; pages += 1) {
    const got: Page['images'] = await page({ ...variables, after });
    ids.push(...got.edges.map(({ node }) => node.id));
    assert.equal(got.pageInfo.endCursor, got.edges.at(-1)?.cursor ?? null);
    assert.equal(got.pageInfo.hasPreviousPage, after !== null);
    if (!got.pageInfo.hasNextPage) return ids;
    assert.ok(got.edges.length > 0, 'a page that says there is more is not empty');
    after = got.pageInfo.endCursor;
    await between(pages);
  }
}

const QUESTIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'by relevance': {},
  'by relevance, searched for': { search: 'relion' },
  'by relevance, with a preference': { prefer: { suppliedBy: ['USER'] } },
  'by name': { orderBy: 'NAME' },
  'by age': { orderBy: 'NEWEST' },
  'by version': { orderBy: 'VERSION' },
  'by version, of what was chosen': {
    orderBy: 'VERSION',
    only: { frameworks: ['relion'], suppliedBy: ['STAFF'] },
  },
};

describe('while nothing changes', () => {
  for (const [name, question] of Object.entries(QUESTIONS)) {
    test(`${name}: pages of any size are the one list, each image once`, async () => {
      const whole = await walk({ ...question, first: 100 });
      assert.equal(new Set(whole).size, whole.length);
      assert.equal(whole.length, (await page({ ...question, first: 1 })).totalCount);
      assert.ok(whole.length > PER_LAB);
      assert.deepEqual(await walk({ ...question, first: 17 }), whole);
    });
  }
});

/** Adds, removes, renames and hides images of every lab, the first twelve of which stay as they are. */
async function change(round: number): Promise<void> {
  for (const [facility, { registry, nodes }] of labs) {
    const changing = [...nodes.keys()].filter((key) => Number(key.split('/')[1]) >= PER_LAB / 2);
    const pick = (offset: number): string => changing[(round * 5 + offset) % changing.length] as string;
    nodes.delete(pick(0));
    const renamed = pick(1);
    if (nodes.has(renamed))
      nodes.set(renamed, { ...nodes.get(renamed), title: `Renamed ${round}`, created: null });
    const hidden = pick(2);
    if (nodes.has(hidden))
      nodes.set(hidden, { ...nodes.get(hidden), sharing: round % 2 === 0 ? 'none' : 'open' });
    const number = 1_000 + round;
    nodes.set(`${facility}/${number}`, image(facility, number, { title: `Added ${round}` }));
    // In another order, too: none is promised from one generation to the next.
    registry.replace(round % 2 === 0 ? [...nodes.values()].reverse() : [...nodes.values()]);
  }
  await gateway.federation.catalog.refresh({ maxAge: 0 });
}

describe('while every registry changes between two pages', () => {
  const stays = (id: string): boolean => Number(/image-(\d+)@/.exec(id)?.[1]) < PER_LAB / 2;
  let round = 0;

  for (const [name, question] of Object.entries(QUESTIONS)) {
    test(`${name}: what did not change comes exactly once`, async () => {
      const known = await walk({ ...question, first: 100 });
      const ids = await walk({ ...question, first: 11 }, () => change(++round));
      assert.deepEqual(ids.filter(stays), known.filter(stays), 'each once, in the order that it had');
      assert.ok(known.filter(stays).length >= (LABS.length * PER_LAB) / 8);
    });
  }

  test('a removed image is on no later page, and so is one that was hidden', async () => {
    const first = await page({ orderBy: 'NAME', first: 1 });
    const { nodes, registry } = labs.get('hzb') as { registry: TestRegistry; nodes: Map<string, Node> };
    const kept = [...nodes].filter(([key]) => key !== 'hzb/1');
    registry.replace(kept.map(([key, node]) => (key === 'hzb/2' ? { ...node, sharing: 'none' } : node)));
    await gateway.federation.catalog.refresh({ maxAge: 0 });
    const rest = await walk({ orderBy: 'NAME', first: 100, after: first.pageInfo.endCursor });
    assert.ok(rest.some((id) => id.startsWith('hzb/main/hzb/image-3@')));
    assert.ok(!rest.some((id) => /hzb\/image-[12]@/.test(id)));
  });
});

describe('a cursor', () => {
  const refused = async (
    variables: Readonly<Record<string, unknown>>,
    person: string | null = null,
  ): Promise<void> => {
    const answer = await gateway.ask(PAGE, variables, person === null ? null : await gateway.token(person));
    assert.deepEqual(
      answer.errors.map(({ extensions }) => extensions.code),
      ['BAD_CURSOR'],
    );
    assert.equal(answer.data, null);
  };

  test('of another person is refused, also between anonymous and signed in', async () => {
    const anonymous = (await page({ first: 3 })).pageInfo.endCursor;
    const visitors = (await page({ first: 3 }, await gateway.token('visitor'))).pageInfo.endCursor;
    await page({ first: 3, after: visitors }, await gateway.token('visitor'));
    await refused({ first: 3, after: anonymous }, 'visitor');
    await refused({ first: 3, after: visitors });
    await refused({ first: 3, after: visitors }, 'industry');
  });

  test('of another question is refused, whatever differs', async () => {
    const after = (await page({ search: 'relion', first: 3 })).pageInfo.endCursor;
    const same = { search: 'relion', after };
    await refused({ ...same, search: 'relio' });
    await refused({ ...same, orderBy: 'NAME' });
    await refused({ ...same, only: { suppliedBy: ['STAFF'] } });
    await refused({ ...same, prefer: { facilities: ['hzb'] } });
  });

  test('holds for a page of another size', async () => {
    const { pageInfo } = await page({ first: 3 });
    assert.equal((await page({ first: 9, after: pageInfo.endCursor })).edges.length, 9);
  });

  test('that was changed, cut, or never given is refused', async () => {
    const given = (await page({ first: 3 })).pageInfo.endCursor as string;
    const [payload = '', sum = ''] = given.split('.');
    const forged = Buffer.from(JSON.stringify([0, 0, 'relion', 'x'])).toString('base64url');
    for (const after of [
      '',
      '.',
      'x',
      payload,
      `.${sum}`,
      `${forged}.${sum}`,
      `${given}.`,
      given.slice(0, -2),
      'A'.repeat(9_000),
    ]) {
      await refused({ first: 3, after });
    }
  });
});
