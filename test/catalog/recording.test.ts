// What waits for a store that is slow, and what of it is held.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRecorders, type Recorder } from '../../src/catalog/recorder.ts';
import type { PackedNodes } from '../../src/model/packed-nodes.ts';
import type { Source } from '../../src/sources/source.ts';
import type { CrawlStore } from '../../src/store/store.ts';

const PAGE_BYTES = 1_000;
const FACTS = { generation: 'g1', crawledAt: 1, checkedAt: 1 };

const page = (): PackedNodes => ({
  json: new SharedArrayBuffer(PAGE_BYTES),
  ends: new Uint32Array([PAGE_BYTES]),
  malformed: new Map(),
});

/** A store that answers when it is told to. */
function slowStore() {
  const called: string[] = [];
  const answers: (() => void)[] = [];
  const late =
    <T>(method: string, value: T) =>
    () => {
      called.push(method);
      return new Promise<T>((resolve) => answers.push(() => resolve(value)));
    };
  const store = {
    append: late('append', new Uint8Array(32)),
    check: late('check', 'STORED'),
    commit: async () => {
      called.push('commit');
    },
  } as unknown as CrawlStore;
  const answer = async () => {
    for (const one of answers.splice(0)) one();
    await turn();
  };
  return { store, called, answer };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

function recorderOf(store: CrawlStore, maxBytes: number): Recorder {
  const source = { facility: 'esrf', registry: 'em', kind: 'graphql', stored: { address: 'x', mapping: 1 } };
  return createRecorders(store, { maxBytes })(source as unknown as Source) ?? assert.fail('it is stored');
}

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round += 1) {
    await turn();
    collect();
  }
}

describe('a crawl on its way to a slow store', () => {
  test('holds none of its pages once too many bytes wait, and is not stored', async () => {
    const { store, called } = slowStore();
    const recording = recorderOf(store, 2 * PAGE_BYTES).begin();
    const added = async (): Promise<WeakRef<object>> => {
      const nodes = page();
      recording.add(nodes);
      await turn();
      return new WeakRef(nodes.json);
    };
    const pages = [await added(), await added(), await added(), await added()];
    assert.equal(await recording.commit(FACTS, []), false);
    await collectGarbage();
    // The first is the store's, which is at it.
    assert.deepEqual(
      pages.slice(1).map((held) => held.deref()),
      [undefined, undefined, undefined],
    );
    assert.deepEqual(called, ['append']);
  });

  test('leaves the room that it had to the next one', async () => {
    const { store, called, answer } = slowStore();
    const recorder = recorderOf(store, 2 * PAGE_BYTES);
    const first = recorder.begin();
    first.add(page());
    await turn();
    first.add(page());
    first.add(page());
    await answer();
    const next = recorder.begin();
    next.add(page());
    next.add(page());
    const stored = next.commit(FACTS, []);
    for (let count = 0; count < 2; count += 1) {
      await turn();
      await answer();
    }
    assert.equal(await stored, true);
    assert.deepEqual(called, ['append', 'append', 'append', 'commit']);
  });

  test('is checked by one call at a time', async () => {
    const { store, called, answer } = slowStore();
    const recorder = recorderOf(store, PAGE_BYTES);
    const checked = recorder.checked(FACTS, 2);
    assert.equal(await recorder.checked(FACTS, 3), 'UNKNOWN');
    await answer();
    assert.equal(await checked, 'STORED');
    const next = recorder.checked(FACTS, 4);
    await answer();
    assert.equal(await next, 'STORED');
    assert.deepEqual(called, ['check', 'check']);
  });
});
