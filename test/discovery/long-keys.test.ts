// Names as long as they may be, of characters that folding makes many of: their cursors are given and taken.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BOUNDS } from '../../src/model/bounds.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { digestOf, imageRecord } from '../support/records.ts';
import { createWorld, testEngine, type World } from '../support/world.ts';

/** One character that Unicode's NFKC makes eighteen of. */
const LONG = '\u{fdfa}';

describe('a name that folding makes many times as long', () => {
  let engine: LocalPolicyEngine;
  let world: World;
  before(async () => {
    engine = await testEngine();
    const records = [1, 2, 3].map((seed) =>
      imageRecord({
        digest: digestOf(seed),
        title: LONG.repeat(BOUNDS.title),
        frameworks: [{ name: `${LONG.repeat(BOUNDS.name - 1)}${seed}`, version: '1', raw: `${seed}` }],
      }),
    );
    world = await createWorld([{ facility: 'esrf', registry: 'main', records }], engine);
  });
  after(() => engine.close());

  for (const orderBy of ['RELEVANCE', 'NAME', 'VERSION']) {
    test(`does not end the paging of images by ${orderBy}`, async () => {
      const query = `query ($after: String) { page: images(first: 1, orderBy: ${orderBy}, after: $after) {
        nodes { id } pageInfo { hasNextPage endCursor } } }`;
      assert.equal(new Set(await pages(query)).size, 3);
    });
  }

  test('does not end the paging of frameworks', async () => {
    const query = `query ($after: String) { page: frameworks(first: 1, after: $after) {
      nodes { id } pageInfo { hasNextPage endCursor } } }`;
    assert.equal(new Set(await pages(query)).size, 3);
  });

  async function pages(query: string): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < 4; page++) {
      const { data, errors } = JSON.parse(await world.ask(query, { after: cursor }));
      assert.deepEqual(errors, []);
      ids.push(...data.page.nodes.map(({ id }: { id: string }) => id));
      if (!data.page.pageInfo.hasNextPage) break;
      cursor = data.page.pageInfo.endCursor;
    }
    return ids;
  }
});
