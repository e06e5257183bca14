// One lab of nine misbehaves, in each way that there is: the others answer, the outcome says what happened, and what
// was known stays known.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type BadRegistry, type Misbehaviour, startBadRegistry } from '../support/bad-registry.ts';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { FACILITIES } from '../support/records.ts';
import { startRegistry, type TestRegistry, testNode } from '../support/registry.ts';

const OUTCOMES = `query Ask($maxAge: Int) {
  images(maxAge: $maxAge, first: 100) {
    complete
    nodes { facility { id } repository }
    sources { facility { id } status records age error { code message } quarantined tookMs }
  }
}`;

interface Outcome {
  readonly facility: { readonly id: string };
  readonly status: string;
  readonly records: number;
  readonly age: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly quarantined: number;
  readonly tookMs: number;
}

interface Outcomes {
  readonly images: {
    readonly complete: boolean;
    readonly nodes: readonly { readonly facility: { readonly id: string }; readonly repository: string }[];
    readonly sources: readonly Outcome[];
  };
}

/** Milliseconds that a lab is waited for which is too slow for it, and one which answers however busy this machine is. */
const SHORT = 1_500;
const LONG = 10_000;

/** An image that everybody may know of, so that what is answered can be counted. */
const openNode = (repository: string) => testNode(repository, { sharing: 'open', license: 'MIT' });

const facilityOf = (id: string, url: string, deadline: number) => ({
  id,
  name: `Lab ${id}`,
  registries: [{ key: 'main', kind: 'graphql' as const, url, pull: `registry.${id}.example`, deadline }],
});

async function ask(gateway: RunningGateway, maxAge: number | null): Promise<Outcomes['images']> {
  const answer = await gateway.ask<Outcomes>(OUTCOMES, { maxAge }, await gateway.token('admin'));
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.errors, []);
  assert.doesNotMatch(answer.text, /secret|Maintenance/, 'what a lab wrote of its failure is not answered');
  return answer.data.images;
}

function outcomeOf(images: Outcomes['images'], facility: string): Outcome {
  const outcome = images.sources.find((source) => source.facility.id === facility);
  assert.ok(outcome);
  return outcome;
}

interface NineLabs {
  readonly bad: BadRegistry;
  readonly gateway: RunningGateway;
  close(): Promise<void>;
}

/** Eight labs that answer, and ESRF, which is waited for as long as said. */
async function nineLabs(deadline: number): Promise<NineLabs> {
  const bad = await startBadRegistry('none', { nodes: [openNode('em/relion'), openNode('em/motioncor')] });
  const good: TestRegistry[] = [];
  const facilities = await Promise.all(
    FACILITIES.map(async (id) => {
      if (id === 'esrf') return facilityOf(id, bad.url, deadline);
      const registry = await startRegistry(id, [openNode(`${id}/one`), openNode(`${id}/two`)]);
      good.push(registry);
      return facilityOf(id, registry.url, LONG);
    }),
  );
  const gateway = await startGateway(configOf({ facilities, limits: { upstreamBytes: 1_048_576 } }));
  return {
    bad,
    gateway,
    close: async () => {
      await gateway.close();
      await Promise.all([bad, ...good].map((registry) => registry.close()));
    },
  };
}

/** ESRF is good, then bad in that way, and all that was known of it is answered, as STALE with that code. */
async function staysKnown(
  { bad, gateway }: NineLabs,
  misbehaviour: Misbehaviour,
  code: string,
): Promise<void> {
  bad.misbehaviour = 'none';
  bad.replace([openNode('em/relion'), openNode('em/motioncor')]);
  const known = await ask(gateway, 0);
  assert.ok(
    known.sources.every(({ status }) => status === 'OK'),
    JSON.stringify(known.sources),
  );

  bad.misbehaviour = misbehaviour;
  bad.replace([openNode('em/never-seen')]);
  const answer = await ask(gateway, 0);
  const outcome = outcomeOf(answer, 'esrf');
  assert.deepEqual([outcome.status, outcome.error?.code, outcome.records], ['STALE', code, 2]);
  assert.equal(answer.complete, true);
  assert.deepEqual(answer.nodes, known.nodes);
  for (const source of answer.sources) {
    if (source !== outcome) assert.deepEqual([source.status, source.records], ['OK', 2], source.facility.id);
  }
}

describe('one lab of nine fails after it was known', () => {
  let labs: NineLabs;
  before(async () => {
    labs = await nineLabs(LONG);
  });
  after(() => labs?.close());

  const failures: readonly (readonly [Misbehaviour, string])[] = [
    ['broken connection', 'SOURCE_UNAVAILABLE'],
    ['html', 'SOURCE_MALFORMED'],
    ['error 500', 'SOURCE_HTTP_STATUS'],
    ['unavailable 503', 'SOURCE_HTTP_STATUS'],
    ['unauthorized', 'SOURCE_REFUSED'],
    ['half a body', 'SOURCE_UNAVAILABLE'],
    ['endless body', 'SOURCE_TOO_LARGE'],
    ['gzip bomb', 'SOURCE_TOO_LARGE'],
    ['brotli bomb', 'SOURCE_TOO_LARGE'],
    ['broken gzip', 'SOURCE_MALFORMED'],
    ['json of no use', 'SOURCE_MALFORMED'],
    ['stuck cursor', 'PAGE_STUCK'],
    ['circling cursor', 'PAGE_STUCK'],
    ['no cursor', 'PAGE_STUCK'],
    ['empty page', 'PAGE_STUCK'],
    ['redirect', 'SOURCE_REDIRECTED'],
    ['contract 3', 'CONTRACT_UNSUPPORTED'],
    ['other facility', 'SOURCE_MALFORMED'],
    ['errors alone', 'SOURCE_MALFORMED'],
  ];
  for (const [misbehaviour, code] of failures) {
    test(`${misbehaviour}: STALE with ${code}, and all that was known is answered`, () =>
      staysKnown(labs, misbehaviour, code));
  }

  for (const misbehaviour of ['foreign record', 'unknown word', 'null node', 'error in a node'] as const) {
    test(`${misbehaviour}: that record is quarantined, the rest of the lab goes on`, async () => {
      const { bad, gateway } = labs;
      bad.misbehaviour = misbehaviour;
      bad.replace([]);
      const answer = await ask(gateway, 0);
      const outcome = outcomeOf(answer, 'esrf');
      assert.deepEqual([outcome.status, outcome.error, outcome.quarantined], ['OK', null, 1]);
      assert.equal(answer.complete, true);
      assert.equal(gateway.federation.catalog.states()[4]?.snapshot?.records[0]?.repository, 'em/good');
      assert.equal(answer.sources.filter(({ status }) => status === 'OK').length, 9);
    });
  }

  test('a lab that comes back is OK again, with what it has now', async () => {
    const { bad, gateway } = labs;
    bad.misbehaviour = 'none';
    bad.replace([openNode('em/new')]);
    const answer = await ask(gateway, 0);
    assert.deepEqual(outcomeOf(answer, 'esrf').error, null);
    assert.deepEqual(
      answer.nodes.filter(({ facility }) => facility.id === 'esrf').map(({ repository }) => repository),
      ['em/new'],
    );
  });
});

describe('one lab of nine is too slow', () => {
  let labs: NineLabs;
  before(async () => {
    labs = await nineLabs(SHORT);
  });
  after(() => labs?.close());

  for (const misbehaviour of ['slow', 'dripping body'] as const) {
    test(`${misbehaviour}: STALE with SOURCE_TIMEOUT, and all that was known is answered`, () =>
      staysKnown(labs, misbehaviour, 'SOURCE_TIMEOUT'));
  }

  test('a slow lab costs its own deadline, and none of it is the others’', async () => {
    const { bad, gateway } = labs;
    bad.misbehaviour = 'none';
    await ask(gateway, 0);
    bad.misbehaviour = 'slow';
    const { sources } = await ask(gateway, 0);
    for (const { facility, tookMs } of sources) {
      const mine = facility.id === 'esrf';
      assert.equal(tookMs >= SHORT - 50, mine, `${facility.id} took ${tookMs} ms`);
    }
  });

  test('nobody waits for a slow lab whose records are at hand', async () => {
    const { bad, gateway } = labs;
    bad.misbehaviour = 'none';
    await ask(gateway, 0);
    bad.misbehaviour = 'slow';
    const refreshing = gateway.federation.catalog.refresh({
      maxAge: 0,
      skip: (facility) => facility !== 'esrf',
    });
    const started = performance.now();
    assert.equal(outcomeOf(await ask(gateway, null), 'esrf').status, 'OK');
    const took = performance.now() - started;
    await refreshing;
    assert.ok(took < SHORT, `${took} ms`);
  });
});

test('eight labs that never answered, each in its own way, and the ninth is answered all the same', async () => {
  const ways: Readonly<Record<string, readonly [Misbehaviour, status: string, code: string]>> = {
    desy: ['broken connection', 'ERROR', 'SOURCE_UNAVAILABLE'],
    psi: ['slow', 'TIMEOUT', 'SOURCE_TIMEOUT'],
    isis: ['html', 'ERROR', 'SOURCE_MALFORMED'],
    dls: ['error 500', 'ERROR', 'SOURCE_HTTP_STATUS'],
    esrf: ['half a body', 'ERROR', 'SOURCE_UNAVAILABLE'],
    kit: ['endless body', 'ERROR', 'SOURCE_TOO_LARGE'],
    alba: ['gzip bomb', 'ERROR', 'SOURCE_TOO_LARGE'],
    elettra: ['stuck cursor', 'ERROR', 'PAGE_STUCK'],
  };
  const registries: TestRegistry[] = [];
  let gateway: RunningGateway | null = null;
  try {
    const facilities = await Promise.all(
      FACILITIES.map(async (facility) => {
        const nodes = [openNode(`${facility}/one`)];
        const registry = await startBadRegistry(ways[facility]?.[0] ?? 'none', { facility, nodes });
        registries.push(registry);
        return facilityOf(facility, registry.url, facility === 'psi' ? SHORT : LONG);
      }),
    );
    gateway = await startGateway(configOf({ facilities, limits: { upstreamBytes: 1_048_576 } }));
    const answer = await ask(gateway, null);
    assert.equal(answer.complete, false);
    assert.deepEqual(
      answer.nodes.map(({ repository }) => repository),
      ['hzb/one'],
    );
    for (const { facility, status, error, records, age } of answer.sources) {
      const way = ways[facility.id];
      if (way === undefined) assert.deepEqual([status, error, records], ['OK', null, 1]);
      else assert.deepEqual([status, error?.code, records, age], [way[1], way[2], 0, null], facility.id);
    }
  } finally {
    await gateway?.close();
    await Promise.all(registries.map((registry) => registry.close()));
  }
});
