import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ImageRecord } from '../../src/model/image.ts';
import { ANONYMOUS } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { digestOf, imageRecord } from '../support/records.ts';
import { createWorld, testEngine } from '../support/world.ts';

let engine: LocalPolicyEngine;
before(async () => {
  engine = await testEngine();
});
after(() => engine.close());

let seed = 0;
const image = (overrides: Partial<ImageRecord>): ImageRecord => {
  seed += 1;
  return imageRecord({
    digest: digestOf(seed),
    description: null,
    techniques: [],
    reads: [],
    writes: [],
    ...overrides,
  });
};

const RELION = image({
  repository: 'em/relion',
  title: 'RELION 4',
  frameworks: [{ name: 'RELION', version: '4.0', raw: 'relion' }],
});
const TOOLS = image({ repository: 'em/tools', title: 'Tools for relion', frameworks: [], tags: ['1'] });
const NOTES = image({
  repository: 'em/notes',
  title: 'Notes',
  description: 'Reads what relion wrote',
  frameworks: [],
  tags: ['1'],
});
const CTF = image({
  repository: 'em/ctffind',
  title: 'CTFFIND',
  frameworks: [{ name: 'CTFFIND', version: '4.1', raw: 'ctffind' }],
  tags: ['4.1'],
});

async function search(text: string, orderBy = 'RELEVANCE'): Promise<string[]> {
  const records = [RELION, TOOLS, NOTES, CTF].sort((a, b) => (a.id < b.id ? -1 : 1));
  const world = await createWorld([{ facility: 'esrf', registry: 'main', records }], engine);
  const answer = JSON.parse(
    await world.ask(
      'query ($s: String, $o: ImageOrder) { images(search: $s, orderBy: $o) { nodes { title } } }',
      { s: text, o: orderBy },
      ANONYMOUS,
    ),
  );
  return answer.data.images.nodes.map(({ title }: { title: string }) => title);
}

describe('search', () => {
  test('puts a framework’s name before a title’s word, and that before a description’s', async () => {
    assert.deepEqual(await search('relion'), ['RELION 4', 'Tools for relion', 'Notes']);
  });

  test('finds the start of a word and a word with an error', async () => {
    assert.deepEqual(await search('ctff'), ['CTFFIND']);
    assert.deepEqual(await search('ctffnid'), []);
    assert.deepEqual(await search('ctffindd'), ['CTFFIND']);
  });

  test('forgives typing errors in names, not in running text', async () => {
    assert.deepEqual(await search('relino'), []);
    assert.deepEqual(await search('relon'), ['RELION 4', 'Tools for relion']);
  });

  test('requires every word', async () => {
    assert.deepEqual(await search('relion tools'), ['Tools for relion']);
    assert.deepEqual(await search('relion nothing'), []);
  });

  test('ignores case, and signs between words', async () => {
    assert.deepEqual(await search('EM/ReLiOn'), ['RELION 4', 'Tools for relion', 'Notes']);
  });

  test('with blanks only is not a search', async () => {
    assert.equal((await search('  \t ')).length, 4);
  });

  test('keeps to the order that was asked for', async () => {
    assert.deepEqual(await search('relion', 'NAME'), ['Notes', 'RELION 4', 'Tools for relion']);
  });
});
