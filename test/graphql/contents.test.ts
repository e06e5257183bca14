// What is inside images, and what differs between two of them: for who may pull them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { component } from '../support/contents.ts';
import { digestOf, GROUPS, imageRecord, license, trustOf } from '../support/records.ts';
import { subject } from '../support/subjects.ts';
import { callerOf, createWorld, testEngine, type World } from '../support/world.ts';

const FOR_GROUP = {
  sharing: 'conditional',
  stated: { sharing: 'conditional' },
  groups: [GROUPS[4]],
} as const;
const image = (number: number, overrides = {}) =>
  imageRecord({
    ...{ facility: 'hzb', repository: `r${number}`, digest: digestOf(number) },
    trust: trustOf('verified', ['HZB']),
    ...overrides,
  });

const OLD = image(1, {
  labels: {
    'org.opencontainers.image.base.name': 'docker.io/library/debian:11',
    'org.opencontainers.image.base.digest': digestOf(90),
    'org.opencontainers.image.revision': 'abc',
  },
  manifests: [
    { platform: 'linux/amd64', digest: digestOf(70), size: 1 },
    { platform: 'linux/arm64', digest: digestOf(71), size: 1 },
  ],
});
const NEW = image(2, {
  license: license({ expression: 'MIT' }),
  frameworks: [{ name: 'relion', version: '4.0', raw: 'RELION' }],
  trust: trustOf('claimed'),
  facility: 'esrf',
  manifests: [
    { platform: 'linux/amd64', digest: digestOf(70), size: 1 },
    { platform: 'linux/arm64', digest: digestOf(72), size: 1 },
  ],
});
const LISTED = image(3, { ...FOR_GROUP, listed: true });
const HIDDEN = image(4, FOR_GROUP);
const PLAIN = image(5);
const member: Caller = callerOf(subject({ groups: [GROUPS[4]] }), 'member');

let engine: LocalPolicyEngine;
let world: World;
before(async () => {
  engine = await testEngine();
  const contents = new Map([
    [
      OLD.id,
      [component('openssl', '3.0.2', { license: 'MIT' }), component('gone', '1'), component('zlib', '1')],
    ],
    [
      NEW.id,
      [component('openssl', '3.0.7', { license: 'ISC' }), component('added', '2'), component('zlib', '1')],
    ],
    [LISTED.id, [component('inside', '1')]],
    [HIDDEN.id, [component('inside', '1')]],
  ]);
  world = await createWorld(
    [
      { facility: 'hzb', registry: 'main', records: [OLD, LISTED, HIDDEN, PLAIN], contents },
      { facility: 'esrf', registry: 'main', records: [NEW] },
    ],
    engine,
  );
});
after(() => engine.close());

async function ask(text: string, caller: Caller = member) {
  const { data, errors } = JSON.parse(await world.ask(text, {}, caller));
  assert.deepEqual(errors, []);
  return data;
}

describe('the components of an image', () => {
  const of = async (id: string, args = '', caller: Caller = member) =>
    (
      await ask(
        `{ image(id: "${id}") {
          components${args} { nodes { name version license format verified platform } totalCount truncated pageInfo { hasNextPage endCursor } }
          contentsWithheld { action code }
        } }`,
        caller,
      )
    ).image;

  test('are shown with their license, and what lists them, a page at a time', async () => {
    const { components, contentsWithheld } = await of(OLD.id, '(first: 2)');
    assert.deepEqual(
      components.nodes.map((one: { name: string; license: string; format: string }) => [
        one.name,
        one.license,
        one.format,
      ]),
      [
        ['openssl', 'MIT', 'SPDX 2.3'],
        ['gone', null, 'SPDX 2.3'],
      ],
    );
    assert.deepEqual([components.totalCount, components.truncated, contentsWithheld], [3, false, []]);
    assert.deepEqual(components.pageInfo, { hasNextPage: true, endCursor: '2' });
    const next = (await of(OLD.id, '(first: 2, after: "2")')).components;
    assert.deepEqual([next.nodes.length, next.nodes[0].name, next.pageInfo.hasNextPage], [1, 'zlib', false]);
  });

  test('are found by a part of their name', async () => {
    const { components } = await of(OLD.id, '(search: "SSL")');
    assert.deepEqual([components.nodes[0].name, components.totalCount], ['openssl', 1]);
  });

  test('are none where no SBOM is known', async () => {
    const { components } = await of(PLAIN.id);
    assert.deepEqual([components.nodes, components.totalCount], [[], 0]);
  });

  test('are null with the reasons for who may not pull it', async () => {
    const { components, contentsWithheld } = await of(LISTED.id, '', ANONYMOUS);
    assert.equal(components, null);
    assert.ok(contentsWithheld.length > 0);
    assert.ok(contentsWithheld.every(({ action }: { action: string }) => action === 'PULL'));
  });
});

test('the base of an image is what its labels say', async () => {
  const { image: found } = await ask(`{ image(id: "${OLD.id}") { base { name digest } } }`);
  assert.deepEqual(found.base, { name: 'docker.io/library/debian:11', digest: digestOf(90) });
  assert.equal((await ask(`{ image(id: "${PLAIN.id}") { base { name } } }`)).image.base, null);
});

describe('a comparison', () => {
  const LIST = '{ nodes { name before after licenseBefore licenseAfter } leftOut totalCount }';
  const compare = async (a: string, b: string, caller: Caller = member, first = 100) =>
    (
      await ask(
        `{ compare(a: "${a}", b: "${b}", first: ${first}) {
          a { id } b { id } isSame facts { field before after }
          frameworks { added ${LIST} removed ${LIST} up ${LIST} down ${LIST} changed ${LIST} }
          components { added ${LIST} removed ${LIST} up ${LIST} down ${LIST} changed ${LIST} relicensed ${LIST} truncated }
          manifests { common { digest } removed { digest } added { digest } }
          aWithheld { action } bWithheld { action }
        } }`,
        caller,
      )
    ).compare;
  const names = ({ nodes }: { nodes: readonly { name: string }[] }) => nodes.map(({ name }) => name);

  test('says what was added, removed, updated and relicensed', async () => {
    const { components, frameworks, isSame } = await compare(OLD.id, NEW.id);
    assert.equal(isSame, false);
    assert.deepEqual(
      [components.added, components.removed, components.up, components.relicensed].map(names),
      [['added'], ['gone'], ['openssl'], ['openssl']],
    );
    assert.deepEqual(components.up.nodes[0], {
      ...{ name: 'openssl', before: '3.0.2', after: '3.0.7' },
      ...{ licenseBefore: 'MIT', licenseAfter: 'ISC' },
    });
    assert.deepEqual(frameworks.up.nodes[0], {
      ...{ name: 'relion', before: '3.1', after: '4.0' },
      ...{ licenseBefore: null, licenseAfter: null },
    });
  });

  test('says what each image says of itself', async () => {
    const { facts } = await compare(OLD.id, NEW.id);
    const of = (field: string) => {
      const { before, after } = facts.find((one: { field: string }) => one.field === field);
      return [before, after];
    };
    assert.deepEqual(of('license'), ['GPL-2.0-only', 'MIT']);
    assert.deepEqual(of('trust'), ['VERIFIED', 'CLAIMED']);
    assert.deepEqual(of('base'), ['docker.io/library/debian:11', null]);
    assert.deepEqual(of('revision'), ['abc', null]);
  });

  test('says which manifests, with all their layers, are in both', async () => {
    const { manifests } = await compare(OLD.id, NEW.id);
    assert.deepEqual(manifests, {
      common: [{ digest: digestOf(70) }],
      removed: [{ digest: digestOf(71) }],
      added: [{ digest: digestOf(72) }],
    });
  });

  test('says how much of a list is left out', async () => {
    const { components } = await compare(OLD.id, NEW.id, member, 1);
    assert.deepEqual([components.added.leftOut, components.added.totalCount], [0, 1]);
  });

  test('has no components where no SBOM of one is known', async () => {
    const { components, aWithheld, bWithheld } = await compare(OLD.id, PLAIN.id);
    assert.deepEqual([components, aWithheld, bWithheld], [null, [], []]);
  });

  test('compares nothing for who may not pull one, and says why', async () => {
    const { isSame, facts, frameworks, components, manifests, aWithheld, bWithheld } = await compare(
      OLD.id,
      LISTED.id,
      ANONYMOUS,
    );
    assert.deepEqual([facts, frameworks, components, manifests], [null, null, null, null]);
    assert.deepEqual([isSame, aWithheld], [false, []]);
    assert.ok(bWithheld.length > 0);
  });

  test('of an image that the caller may not discover is as of one that is not there', async () => {
    const hidden = await compare(OLD.id, HIDDEN.id, ANONYMOUS);
    assert.deepEqual(hidden, await compare(OLD.id, `${HIDDEN.id.slice(0, -1)}f`, ANONYMOUS));
    assert.deepEqual([hidden.b, hidden.facts, hidden.a.id], [null, null, OLD.id]);
    assert.equal(await compare(HIDDEN.id, 'hzb/main/none@x', ANONYMOUS), null);
  });

  test('is bounded', async () => {
    const refused = JSON.parse(
      await world.ask(`{ compare(a: "x", b: "y", first: 1001) { isSame } }`, {}, member),
    );
    assert.match(JSON.stringify(refused), /1 to 1000/);
  });
});

test('the same digest at two labs has the trust of each lab', async () => {
  const mirrored = image(2, { facility: 'psi', trust: trustOf('failed') });
  const both = await createWorld(
    [
      { facility: 'psi', registry: 'main', records: [mirrored] },
      { facility: 'esrf', registry: 'main', records: [NEW] },
    ],
    engine,
  );
  const { data } = JSON.parse(
    await both.ask(
      `{ image(id: "${NEW.id}") { trust { state } sameDigest { id trust { state } } } }`,
      {},
      member,
    ),
  );
  assert.deepEqual(data.image, {
    trust: { state: 'CLAIMED' },
    sameDigest: [{ id: mirrored.id, trust: { state: 'FAILED' } }],
  });
});
