import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { digestOf, imageRecord } from '../support/records.ts';
import { createWorld, testEngine, type World } from '../support/world.ts';

const FIVE = imageRecord({
  facility: 'esrf',
  repository: 'em/relion',
  digest: digestOf(5),
  tags: ['5.0', 'latest'],
  title: 'RELION five',
});
const FOUR = imageRecord({
  facility: 'esrf',
  repository: 'em/relion',
  digest: digestOf(4),
  tags: ['4.0'],
  title: 'RELION four',
});
const OFFICIAL = imageRecord({
  facility: 'desy',
  repository: 'library/ubuntu',
  reference: `index.docker.io/library/ubuntu@${digestOf(6)}`,
  digest: digestOf(6),
  tags: ['22.04'],
  title: 'Ubuntu',
});
const SECRET = imageRecord({
  facility: 'esrf',
  repository: 'em/secret',
  digest: digestOf(7),
  tags: ['1'],
  title: 'Secret',
  sharing: 'none',
});
const NAME = FIVE.reference.slice(0, FIVE.reference.indexOf('@'));

describe('a reference', () => {
  let engine: LocalPolicyEngine;
  let world: World;
  before(async () => {
    engine = await testEngine();
    const esrf = [FIVE, FOUR, SECRET].sort((a, b) => (a.id < b.id ? -1 : 1));
    world = await createWorld(
      [
        { facility: 'esrf', registry: 'main', records: esrf },
        { facility: 'desy', registry: 'main', records: [OFFICIAL] },
      ],
      engine,
    );
  });
  after(() => engine.close());

  const titleOf = async (reference: string): Promise<string | null> => {
    const query = 'query ($reference: String!) { image(reference: $reference) { title } }';
    const { data } = JSON.parse(await world.ask(query, { reference }));
    return data.image?.title ?? null;
  };
  const found = async (search: string) => {
    const query = 'query ($search: String!) { images(search: $search) { nodes { title } notices { code } } }';
    const { data } = JSON.parse(await world.ask(query, { search }));
    return data.images;
  };
  const titlesOf = async (search: string): Promise<string[]> =>
    (await found(search)).nodes.map(({ title }: { title: string }) => title);

  test('names its image with a transport or without, by tag or digest', async () => {
    for (const text of [FIVE.reference, `${NAME}:5.0`, `docker://${NAME}:5.0`, `oci://${FIVE.reference}`]) {
      assert.equal(await titleOf(text), 'RELION five', text);
    }
    assert.equal(await titleOf(`${NAME}:4.0`), 'RELION four');
  });

  test('of Docker Hub names its image in all its spellings', async () => {
    for (const text of [
      'ubuntu:22.04',
      'docker.io/ubuntu:22.04',
      'docker://index.docker.io/library/ubuntu:22.04',
    ]) {
      assert.equal(await titleOf(text), 'Ubuntu', text);
    }
  });

  test('without tag and digest has the tag latest, and its digest goes before its tag', async () => {
    assert.equal(await titleOf(NAME), 'RELION five');
    assert.equal(await titleOf(`${NAME}:5.0@${digestOf(4)}`), 'RELION four');
    assert.equal(await titleOf('ubuntu'), null);
  });

  test('that is none, or of a hidden image, names nothing', async () => {
    for (const text of ['no reference', `${NAME}:`, SECRET.reference])
      assert.equal(await titleOf(text), null, text);
  });

  test('pasted into a search finds its image, and without a tag those of its repository', async () => {
    assert.deepEqual(await titlesOf(`${NAME}:5.0`), ['RELION five']);
    assert.deepEqual(await titlesOf(`docker://${FOUR.reference}`), ['RELION four']);
    assert.deepEqual((await titlesOf(NAME)).sort(), ['RELION five', 'RELION four']);
    assert.deepEqual(await titlesOf(`ubuntu@${digestOf(6)}`), ['Ubuntu']);
    assert.deepEqual((await found(`docker://${FOUR.reference}`)).notices, []);
  });

  test('pasted into a search finds no hidden image', async () => {
    const other = SECRET.reference.replace('secret', 'absent');
    assert.deepEqual(await found(SECRET.reference), await found(other));
    const name = SECRET.reference.slice(0, SECRET.reference.indexOf('@'));
    assert.deepEqual(await titlesOf(name), []);
  });
});
