// What ESRF's and DESY's registries add to Image: asked of the owner alone, in one batch a page, for what may be seen.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { demoConfig, type RunningGateway, startGateway } from '../support/gateway.ts';
import { type RecordedRegistry, startRecorded } from '../support/recorded.ts';

const TOKENS = { ESRF_TOKEN: 'a-token-of-esrf', DESY_TOKEN: 'a-token-of-desy' };
const labs = {} as { esrf: RecordedRegistry; desy: RecordedRegistry };
let gateway: RunningGateway;

before(async () => {
  labs.esrf = await startRecorded('esrf', TOKENS.ESRF_TOKEN);
  labs.desy = await startRecorded('desy', TOKENS.DESY_TOKEN);
  const config = await demoConfig();
  const facilities = config.facilities.map((facility) => {
    if (facility.id !== 'esrf' && facility.id !== 'desy') return facility;
    const { url } = labs[facility.id];
    const token = { env: `${facility.id.toUpperCase()}_TOKEN` };
    return {
      ...facility,
      registries: facility.registries.map(({ demo: _, ...registry }) => ({ ...registry, url, token })),
    };
  });
  // Answers are not kept: each test counts what it asks of the labs.
  const cache = { ...config.cache, extension: 0 };
  gateway = await startGateway({ ...config, facilities, cache }, { env: TOKENS });
  await gateway.federation.catalog.refresh({ maxAge: null });
});
after(async () => {
  await gateway?.close();
  await Promise.all(Object.values(labs).map((lab) => lab.close()));
});
afterEach(() => {
  for (const lab of Object.values(labs)) lab.answerWith(null);
});

const PAGE = `query Page($only: Choices, $first: Int, $search: String) {
  images(only: $only, first: $first, search: $search, orderBy: NAME) {
    totalCount
    nodes {
      id facility { id } repository
      esrf { contact beamlines { name } ispyb { table automatic } }
      desy { reviewedBy maxwell { partition } experiments { source } }
    }
  }
}`;

interface Node {
  readonly id: string;
  readonly facility: { readonly id: string };
  readonly repository: string;
  readonly esrf: {
    readonly contact: string | null;
    readonly beamlines: unknown;
    readonly ispyb: unknown;
  } | null;
  readonly desy: { readonly reviewedBy: string | null } | null;
}
interface Page {
  readonly images: { readonly totalCount: number; readonly nodes: readonly Node[] };
}

async function ask(variables: Readonly<Record<string, unknown>>, person: string | null = null) {
  for (const lab of Object.values(labs)) lab.forget();
  const token = person === null ? null : await gateway.token(person);
  return gateway.ask<Page>(PAGE, variables, token);
}

/** The ids of one recorded batch. */
const idsOf = (lab: RecordedRegistry): readonly string[] => {
  assert.equal(lab.arrivals.length, 1, 'one batch');
  const [ids, ...others] = Object.values(lab.arrivals[0]?.variables ?? {});
  assert.deepEqual(others, []);
  return ids as string[];
};

test('a page asks each owner once, for the images of that page alone', async () => {
  const { data, errors } = await ask({ first: 100, only: { facilities: ['esrf', 'desy', 'dls'] } });
  assert.deepEqual(errors, []);
  const of = (id: string): readonly Node[] => data.images.nodes.filter(({ facility }) => facility.id === id);
  assert.ok(of('esrf').length > 10 && of('desy').length > 10 && of('dls').length > 5);
  assert.equal(idsOf(labs.esrf).length, of('esrf').length);
  assert.equal(idsOf(labs.desy).length, of('desy').length);
  for (const { esrf, desy } of of('dls')) assert.deepEqual([esrf, desy], [null, null]);
  for (const { esrf, desy } of of('esrf')) assert.ok(esrf !== null && desy === null);
  assert.ok(of('esrf').some(({ esrf }) => esrf?.contact !== null && esrf?.beamlines !== null));
  assert.ok(of('desy').some(({ desy }) => desy?.reviewedBy !== null));
});

test('a page without a lab’s images does not ask that lab, and a question without extensions asks none', async () => {
  await ask({ first: 50, only: { facilities: ['dls', 'psi'] } });
  assert.deepEqual([labs.esrf.arrivals, labs.desy.arrivals], [[], []]);
  await ask({ first: 50, only: { facilities: ['desy'] } });
  assert.deepEqual([labs.esrf.arrivals.length, labs.desy.arrivals.length], [0, 1]);
  for (const lab of Object.values(labs)) lab.forget();
  await gateway.ask('{ images(first: 50) { nodes { id } } }');
  assert.deepEqual([labs.esrf.arrivals, labs.desy.arrivals], [[], []]);
});

test('nobody’s page asks for an image that they may not know of', async () => {
  const states = gateway.federation.catalog.states();
  const upstream = states.find(({ facility }) => facility === 'desy')?.snapshot?.records ?? [];
  for (const person of [null, 'industry', 'desy-staff'] as const) {
    const { data } = await ask({ first: 100, only: { facilities: ['desy'] } }, person);
    const seen = new Set(data.images.nodes.map(({ id }) => id));
    assert.equal(seen.size, data.images.totalCount);
    const allowed = upstream.filter(({ id }) => seen.has(id)).map(({ upstreamId }) => upstreamId);
    assert.deepEqual(new Set(idsOf(labs.desy)), new Set(allowed));
    // Nobody sees everything: DESY has images for groups that none of them is in.
    assert.ok(seen.size < upstream.length, `${person}: ${seen.size} of ${upstream.length}`);
  }
});

test('each lab gets its own token, and nothing of who asks', async () => {
  await ask({ first: 100, only: { facilities: ['esrf', 'desy'] } }, 'esrf-em');
  for (const [lab, token] of [
    [labs.esrf, TOKENS.ESRF_TOKEN],
    [labs.desy, TOKENS.DESY_TOKEN],
  ] as const) {
    const [arrival] = lab.arrivals;
    assert.equal(arrival?.headers.authorization, `Bearer ${token}`);
    assert.doesNotMatch(JSON.stringify(arrival), /esrf-em|cookie/);
  }
});

/** Both are asked for ESRF's and DLS' images: ESRF's fields fail, the rest stands. */
async function failing(body: unknown) {
  labs.esrf.answerWith(body);
  const answer = await ask({ first: 100, only: { facilities: ['esrf', 'desy'] } });
  assert.equal(answer.status, 200);
  assert.doesNotMatch(answer.text, /secret/);
  const { nodes } = answer.data.images;
  const places = nodes.flatMap(({ facility }, index) => (facility.id === 'esrf' ? [index] : []));
  for (const { facility, desy, id } of nodes) assert.ok(facility.id === 'esrf' || desy !== null, id);
  return { ...answer, nodes, places };
}

/** How many of ESRF's images are on that page. */
async function askedOfEsrf(): Promise<number> {
  await ask({ first: 100, only: { facilities: ['esrf', 'desy'] } });
  return idsOf(labs.esrf).length;
}

for (const [name, body] of Object.entries({
  'a lab that went down': 'down',
  'a lab that answers errors alone': { data: null, errors: [{ message: 'secret of the lab' }] },
  'a lab that answers something else': { secret: true },
  'a lab whose list is not there': {
    data: { imagesById: null },
    errors: [{ message: 'secret', path: ['imagesById'] }],
  },
  'a lab whose list is null without a word': { data: { imagesById: null } },
  'a lab that leaves out an image in place of a null': {
    data: { imagesById: [{ contact: 'another’s secret' }] },
  },
})) {
  test(`${name}: its fields are null with a coded error at each path, and the rest is answered`, async () => {
    const { errors, nodes, places } = await failing(body);
    for (const place of places) assert.equal(nodes[place]?.esrf, null);
    assert.deepEqual(
      errors.map(({ path }) => path),
      places.map((place) => ['images', 'nodes', place, 'esrf']),
    );
    for (const { extensions, message } of errors) {
      assert.equal(extensions.code, 'SOURCE_UNAVAILABLE');
      assert.match(message, /esrf/);
    }
  });
}

test('a lab that fails for one image: that one is null with a coded error, the others are answered', async () => {
  const good = { __typename: 'Image', contact: 'someone@esrf.example', beamlines: null, ispyb: null };
  const imagesById = Array.from({ length: await askedOfEsrf() }, (_, index) => (index === 1 ? null : good));
  const { errors, nodes, places } = await failing({
    data: { imagesById },
    errors: [{ message: 'secret of the lab', path: ['imagesById', 1], extensions: { secret: true } }],
  });
  assert.deepEqual(
    places.map((place) => nodes[place]?.esrf?.contact ?? null),
    imagesById.map((image) => image?.contact ?? null),
  );
  assert.deepEqual(
    errors.map(({ path, extensions }) => [path, extensions.code]),
    [[['images', 'nodes', places[1], 'esrf'], 'SOURCE_UNAVAILABLE']],
  );
});

test('a lab that answers a value of another type: that value is null', async () => {
  const image = { __typename: 'Image', contact: { secret: 'of the lab' }, beamlines: [], ispyb: null };
  const { nodes, places } = await failing({ data: { imagesById: Array(await askedOfEsrf()).fill(image) } });
  for (const place of places)
    assert.deepEqual(nodes[place]?.esrf, { contact: null, beamlines: [], ispyb: null });
});

test('a lab that comes back answers again', async () => {
  await failing('down');
  labs.esrf.answerWith(null);
  const { errors, data } = await ask({ first: 10, only: { facilities: ['esrf'] } });
  assert.deepEqual(errors, []);
  assert.ok(data.images.nodes.every(({ esrf }) => esrf !== null));
});
