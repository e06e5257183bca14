// What is compressed once for everybody, as the files of GraphiQL are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Coding, compressedOnce } from '../../src/http/compression.ts';

/** Compressions that a test counts, and lets fail. */
function counted() {
  const world = { isFailing: false, made: [] as Coding[] };
  const compress = async (body: Buffer, coding: Coding): Promise<Buffer> => {
    world.made.push(coding);
    if (world.isFailing) throw new Error('no memory');
    return Buffer.from(`${coding} of ${body}`);
  };
  return { world, of: compressedOnce(Buffer.from('text'), compress) };
}

test('a body is compressed once for each coding', async () => {
  const { world, of } = counted();
  const answers = await Promise.all([of('br'), of('br'), of('gzip')]);
  assert.deepEqual([...answers, await of('br')].map(String), [
    'br of text',
    'br of text',
    'gzip of text',
    'br of text',
  ]);
  assert.deepEqual(world.made, ['br', 'gzip']);
});

test('a compression that fails is tried again by the next request', async () => {
  const { world, of } = counted();
  world.isFailing = true;
  await assert.rejects(of('br'), /no memory/);
  world.isFailing = false;
  assert.equal(String(await of('br')), 'br of text');
  assert.deepEqual(world.made, ['br', 'br']);
});
