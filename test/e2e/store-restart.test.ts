// What a restarted gateway answers from its store while registries are down: what federation.yaml, its clock and its
// secret of today allow, and nothing else. One store is written, and whole gateways are started over it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { preparing } from '../../src/model/pace.ts';
import { MAPPING } from '../../src/sources/contract.ts';
import { batchOf } from '../../src/store/crawls/node-text.ts';
import { writeTagged } from '../../src/store/history/tagged-images.ts';
import { openStore } from '../../src/store/open.ts';
import type { RegistryKey } from '../../src/store/store.ts';
import { inspectStore } from '../../src/store/upkeep/inspect.ts';
import { pruneStore } from '../../src/store/upkeep/prune.ts';
import { clockAhead } from '../support/clock.ts';
import { type ConfigInput, configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { digestOf } from '../support/records.ts';
import { type Node, startRegistry, type TestRegistry, testNode } from '../support/registry.ts';
import { disposableFolder } from '../support/temporary-folder.ts';

const SECRET = 'a secret of the federation, for tests alone';
const HOUR = 3_600_000;
/** Parts of a thousand nodes: a small registry's only one is behind as many of the large one's as are asked for at once. */
const LARGE = 4_000;

const ASK = `query Ask($only: Choices, $maxAge: Int) {
  images(first: 100, only: $only, maxAge: $maxAge) {
    totalCount
    nodes { facility { id } repository tags }
    sources { facility { id } registry status age records error { code } }
  }
}`;

const NAMED = `query Named($reference: String!) {
  image(reference: $reference) { id }
  tagHistory(reference: $reference) { digest }
}`;

interface Outcome {
  readonly facility: { readonly id: string };
  readonly registry: string;
  readonly status: string;
  readonly age: number | null;
  readonly records: number;
  readonly error: { readonly code: string } | null;
}

interface Images {
  readonly totalCount: number;
  readonly nodes: readonly { readonly facility: { readonly id: string }; readonly repository: string }[];
  readonly sources: readonly Outcome[];
}

type Facility = NonNullable<ConfigInput['facilities']>[number];

const open = (repository: string, more: Node = {}): Node =>
  testNode(repository, { digest: digestOf(repository.length), sharing: 'open', license: 'MIT', ...more });

function facility(id: string, url: string, more: object = {}): Facility {
  const registry = {
    key: 'main',
    kind: 'graphql' as const,
    url,
    pull: `registry.${id}.example`,
    deadline: 10_000,
  };
  return { id, name: `Lab ${id}`, registries: [{ ...registry, ...more }] };
}

const outcomeOf = (images: Images, id: string): Outcome =>
  images.sources.find((source) => source.facility.id === id) ?? assert.fail(`${id} has no outcome`);

const repositoriesOf = (images: Images, id: string): readonly string[] =>
  images.nodes.filter((node) => node.facility.id === id).map(({ repository }) => repository);

async function ask(gateway: RunningGateway, variables = {}, person: string | null = null): Promise<Images> {
  const token = person === null ? null : await gateway.token(person);
  const { data, errors } = await gateway.ask<{ images: Images }>(ASK, variables, token);
  assert.deepEqual(errors, []);
  return data.images;
}

/** A registry as the store has it that no gateway crawled: large, or read in another way than this panfed reads it. */
async function storeCrawl(path: string, key: RegistryKey, count: number, at: number): Promise<void> {
  const store = await openStore({ place: { kind: 'sqlite', path }, secret: Buffer.from(SECRET) });
  try {
    const texts = Array.from({ length: count }, (_, index) =>
      Buffer.from(JSON.stringify(open(`stored/${index}`, { digest: digestOf(index) }))),
    );
    const hashes = await store.crawls.append(key, batchOf(texts));
    const pointers = await writeTagged([], preparing);
    await store.crawls.commit(key, { generation: 'g', crawledAt: at, checkedAt: at }, hashes, pointers);
  } finally {
    await store.close();
  }
}

describe('a gateway that was restarted while registries are down', () => {
  const folder = disposableFolder();
  const sqlite = `${folder.path}/store.sqlite`;
  const clock = clockAhead();
  const registries: Record<string, TestRegistry> = {};
  const urlOf = (id: string): string => registries[id]?.url ?? assert.fail(id);

  const configured = (facilities: readonly Facility[]) =>
    configOf({
      federation: { secret: { env: 'PANFED_SECRET' } },
      store: { sqlite },
      cache: { staleIfError: 24 * 3_600 },
      limits: { requestTimeout: 60_000 },
      facilities: [...facilities],
    });
  const start = (facilities: readonly Facility[], secret = SECRET): Promise<RunningGateway> =>
    startGateway(configured(facilities), { env: { PANFED_SECRET: secret }, clock });

  let gateway: RunningGateway;
  let first: Images;
  let largeWhenFirst: unknown;
  let large: Promise<Images>;
  let all: Images;
  let checks: number;

  before(async () => {
    const nodes: Record<string, readonly Node[]> = {
      psi: [open('kept'), open('restricted'), open('withdrawn/secret')],
      desy: [open('removed')],
      isis: [open('renamed')],
      esrf: [open('moved')],
      kit: [open('answers')],
      dls: [open('old')],
      elettra: [open('future')],
    };
    for (const [id, some] of Object.entries(nodes)) registries[id] = await startRegistry(id, some);
    const crawler = await start(Object.keys(nodes).map((id) => facility(id, urlOf(id))));
    const crawl = (...ids: readonly string[]) =>
      crawler.federation.catalog.refresh({ maxAge: 0, skip: (id) => !ids.includes(id) });
    await crawl('dls');
    clock.pass(26 * HOUR);
    await crawl('psi', 'desy', 'isis', 'esrf', 'kit');
    clock.pass(3 * HOUR);
    await crawl('elettra');
    // The machine's clock was wrong when it crawled the last one.
    clock.set(-2 * HOUR);
    await crawler.close();
    for (const [id, registry] of Object.entries(registries)) if (id !== 'kit') await registry.close();

    const key = { registry: 'main', kind: 'graphql', address: urlOf('psi'), mapping: MAPPING };
    const at = clock.wall() - HOUR;
    await storeCrawl(sqlite, { ...key, facility: 'hzb' }, LARGE, at);
    await storeCrawl(sqlite, { ...key, facility: 'alba', mapping: MAPPING + 1 }, 1, at);
    await storeCrawl(sqlite, { ...key, facility: 'xfel', kind: 'harbor' }, 1, at);

    checks = registries.kit?.arrivals.length ?? 0;
    gateway = await start([
      facility('hzb', urlOf('psi')),
      facility('psi', urlOf('psi'), {
        repositories: [
          { match: 'restricted', sharing: 'none' },
          { match: 'withdrawn/**', sharing: 'conditional', groups: ['urn:geant:psi.ch:group:nobody'] },
        ],
      }),
      facility('isis', urlOf('isis'), { key: 'other' }),
      facility('esrf', urlOf('desy')),
      facility('kit', urlOf('kit')),
      facility('dls', urlOf('dls')),
      facility('elettra', urlOf('elettra')),
      facility('alba', urlOf('psi')),
      facility('xfel', urlOf('psi')),
      facility('maxiv', urlOf('desy')),
    ]);
    const facilityOfLarge = { facilities: ['hzb'] };
    large = ask(gateway, { only: facilityOfLarge });
    first = await ask(gateway, { only: { facilities: ['psi'] } });
    largeWhenFirst = gateway.federation.catalog.states()[0]?.snapshot ?? null;
    all = await ask(gateway);
  });
  after(async () => {
    await gateway?.close();
    for (const registry of Object.values(registries)) await registry.close();
    folder[Symbol.dispose]();
  });

  test('answers of a small registry before a large one is loaded', async () => {
    assert.deepEqual(repositoriesOf(first, 'psi'), ['kept']);
    assert.equal(largeWhenFirst, null);
    assert.equal((await large).totalCount, LARGE);
  });

  test('answers as stale, with the true age', () => {
    for (const id of ['psi', 'hzb']) {
      const { status, age } = outcomeOf(all, id);
      assert.equal(status, 'STALE', id);
      assert.ok(age !== null && age >= 3_600 && age < 3_900, `${id} is ${age} s old`);
    }
  });

  test('checks at once a registry that answers, without being asked again', async () => {
    const kit = () => gateway.federation.catalog.states().find((state) => state.facility === 'kit');
    for (let tries = 0; kit()?.status !== 'OK' && tries < 200; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(kit()?.status, 'OK');
    const queries = registries.kit?.arrivals.slice(checks).map(({ body }) => body.query ?? '') ?? [];
    assert.deepEqual([queries.length, queries.some((query) => query.includes('images'))], [1, false]);
  });

  test('shows nothing of a repository that federation.yaml restricts since, not even by name', async () => {
    for (const person of [null, 'visitor', 'industry', 'admin']) {
      assert.deepEqual(repositoriesOf(await ask(gateway, {}, person), 'psi'), ['kept'], String(person));
    }
    for (const hidden of ['restricted', 'withdrawn/secret']) {
      const named = (name: string) => gateway.ask(NAMED, { reference: `registry.psi.example/${name}:1.0` });
      assert.equal((await named(hidden)).text, (await named('never/there')).text);
      assert.notEqual((await named(hidden)).text, (await named('kept')).text);
    }
  });

  test('shows nothing of a registry or a facility that was removed, under no other name', () => {
    for (const id of ['isis', 'maxiv']) {
      assert.deepEqual(repositoriesOf(all, id), []);
      assert.deepEqual([outcomeOf(all, id).status, outcomeOf(all, id).age], ['ERROR', null]);
    }
    assert.ok(all.sources.every((source) => source.facility.id !== 'desy'));
  });

  test('shows nothing of a registry with another address, of another kind or read in another way', () => {
    for (const id of ['esrf', 'xfel', 'alba']) {
      const { status, age, records } = outcomeOf(all, id);
      assert.deepEqual([status, age, records], ['ERROR', null, 0], id);
    }
  });

  test('uses nothing that is older than staleIfError, as if it had never been crawled', () => {
    const { status, age, records } = outcomeOf(all, 'dls');
    assert.deepEqual([status, age, records], ['ERROR', null, 0]);
    assert.deepEqual(repositoriesOf(all, 'dls'), []);
  });

  test('uses nothing that was checked at a time to come', () => {
    const { status, age } = outcomeOf(all, 'elettra');
    assert.deepEqual([status, age], ['ERROR', null]);
    assert.deepEqual(repositoriesOf(all, 'elettra'), []);
  });

  test('uses nothing of a store that another secret sealed, and loses nothing of what is removed before it is pruned', async () => {
    await gateway.close();
    const others = [facility('psi', urlOf('psi')), facility('kit', urlOf('kit'))];
    const other = await start(others, 'another secret of the federation, for tests');
    try {
      const images = await ask(other);
      assert.deepEqual(
        images.sources.map(({ facility: { id }, status, records }) => [id, status, records]),
        [
          ['psi', 'ERROR', 0],
          ['kit', 'OK', 1],
        ],
      );
    } finally {
      await other.close();
    }
    const place = { kind: 'sqlite', path: sqlite } as const;
    const kept = async () => (await inspectStore(place)).registries.map((registry) => registry.facility);
    assert.ok((await kept()).includes('desy'));
    const request = { registries: [{ facility: 'psi', registry: 'main' }], documentsBefore: 0 };
    await pruneStore(place, request);
    assert.deepEqual(await kept(), ['psi']);
  });
});
