// The page /match over a small world: what it answers to whom, and that a bad question is told with ways to a better one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import { matchProblem } from '../../src/page/match-problems.ts';
import { readMatchQuery } from '../../src/page/match-query.ts';
import { createPage } from '../../src/page/page.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import { computeResource, nodeType } from '../support/compute.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { digestOf, imageRecord } from '../support/records.ts';
import { callerOf, createWorld, testEngine, type World } from '../support/world.ts';

const HOSTILE = `"><script>alert(1)</script>\u202e`;
const APPTAINER = { name: 'apptainer', version: '1.3.4', where: 'compute' } as const;

const RECORDS = [
  imageRecord(),
  imageRecord({
    repository: 'odd/hostile',
    digest: digestOf(4),
    frameworks: [{ name: HOSTILE, version: HOSTILE, raw: HOSTILE }],
  }),
];
const REGISTRY = { facility: 'esrf', registry: 'main' };
const HIDDEN = imageRecord({
  ...{ repository: 'secret/thing', sharing: 'none', digest: digestOf(9) },
  frameworks: [{ name: 'Secret', version: '9', raw: 'Secret' }],
});
const RESOURCES = [
  computeResource({
    ...{ name: 'Maxwell <GPU>', engines: [APPTAINER], timeLimit: 3_600 },
    nodes: [nodeType({ architecture: 'amd64', cores: 8, memory: 2 ** 36 })],
  }),
  computeResource({
    ...{ id: 'esrf/staff', facility: 'esrf', name: 'Staff cluster' },
    visible: { everyone: false, groups: [], sites: ['esrf'] },
  }),
];

let policy: LocalPolicyEngine;
let world: World;
let server: HttpServer;
let caller: Caller = ANONYMOUS;

before(async () => {
  policy = await testEngine();
  const registries = [{ ...REGISTRY, records: [...RECORDS, HIDDEN] }];
  world = await createWorld(registries, policy, { resources: RESOURCES });
  const page = createPage({ gateway: world.gateway, name: 'The labs', vocabulary: loadVocabulary() });
  const ended = new AbortController().signal;
  server = await startHttpServer(async (request, response) => {
    await page.answer(response, new URL(request.url ?? '/', 'http://localhost'), { caller, ended });
  });
});
after(async () => {
  await server?.close();
  await policy?.close();
});

async function get(path: string, as: Caller = ANONYMOUS): Promise<{ status: number; text: string }> {
  caller = as;
  const response = await fetch(server.origin + path);
  return { status: response.status, text: await response.text() };
}

const MEMBER = callerOf({
  ...ANONYMOUS.subject,
  ...{ authenticated: true, issuer: 'https://login.esrf.example', sites: ['esrf'], academic: true },
});

test('without a question there is the form alone, which suggests formats and techniques', async () => {
  const { status, text } = await get('/match');
  assert.equal(status, 200);
  assert.match(text, /<form class="match"/);
  assert.match(text, /<datalist id="techniques">.*<option value="ptychography">/s);
  assert.match(text, /<datalist id="formats">.*<option value="ZIP" label="ZIP archive">/s);
  assert.doesNotMatch(text, /<article>/);
});

test('each candidate has its verdict as a word, what is in the way, and what would change it', async () => {
  const { status, text } = await get('/match?framework=RELION&memory=128+GiB');
  assert.equal(status, 200);
  assert.match(text, /<h1>1 candidate: 0 fit, 0 may fit, 1 do not<\/h1>/);
  assert.match(text, /<span class="verdict bad">Does not fit<\/span> <bdi>relion<\/bdi>/);
  assert.match(
    text,
    /<dt>Memory<\/dt><dd><span class="bad">no<\/span> <bdi>[^<]*128 GiB[^<]*<\/bdi> <strong>[^<]+<\/strong>/,
  );
  assert.match(text, /<summary>All 13 answers: /);
});

test('where nothing fits, what is in the way can be left out by a link', async () => {
  const { text } = await get('/match?framework=RELION&time=9-00:00:00');
  assert.match(
    text,
    /role="status"><p>Nothing fits[^<]*Try <a href="\.\/match\?framework=RELION">without “9-00:00:00”<\/a>/,
  );
});

test('a form keeps what was asked, and names the resources that the caller may know of', async () => {
  const anonymous = await get('/match?format=MRC&resource=desy/maxwell&facility=ESRF');
  assert.match(anonymous.text, /<input id="format" name="format" type="text" value="MRC"/);
  assert.match(anonymous.text, /<option value="desy\/maxwell" selected>Maxwell &lt;GPU&gt;/);
  assert.match(anonymous.text, /<option value="esrf" selected>/);
  assert.doesNotMatch(anonymous.text, /Staff cluster/);
  const member = await get('/match', MEMBER);
  assert.match(member.text, /Staff cluster/);
});

test('a resource that the caller may not know of is answered as one that does not exist', async () => {
  const hidden = await get('/match?resource=esrf/staff');
  const missing = await get('/match?resource=esrf/stuff');
  assert.equal(hidden.status, 400);
  assert.equal(hidden.text.replaceAll('esrf/staff', 'esrf/stuff'), missing.text);
});

test('a hidden image changes no byte of an answer', async () => {
  const paths = [
    '/match',
    '/match?format=',
    '/match?framework=secret',
    '/match?format=MRC&resource=desy/maxwell',
    '/job?software=Secret&at=desy/maxwell',
    '/job?software=RELION&at=desy/maxwell',
  ];
  const texts = () => Promise.all(paths.map(async (path) => (await get(path)).text));
  const before = await texts();
  await world.put({ ...REGISTRY, records: RECORDS });
  const without = await texts();
  await world.put({ ...REGISTRY, records: [...RECORDS, HIDDEN] });
  assert.deepEqual(without, before);
});

test('no text from outside becomes markup', async () => {
  const own = encodeURIComponent(HOSTILE);
  for (const path of ['/match?format=', `/match?framework=${own}&resource=${own}&memory=${own}`]) {
    const { text } = await get(path);
    assert.match(text, /&lt;script&gt;/);
    assert.doesNotMatch(text, /<script|\u202e/);
  }
});

const REFUSED: readonly (readonly [path: string, told: RegExp])[] = [
  [
    '/match?format=HDFF',
    /There is no format called “HDFF”\. Try <a href="\.\/match\?format=HDF\d">HDF\d<\/a>.* or <a href="\.\/match\?format=">without “HDFF”<\/a>/,
  ],
  [
    '/match?facility=esfr',
    /There is no facility called “esfr”\. Try <a href="\.\/match\?facility=esrf">esrf</,
  ],
  ['/match?memory=64', /“64” is not a size with its unit/],
  [
    '/match?resource=desy/maxwel',
    /There is no compute resource .* called “desy\/maxwel”\. Try <a href="\.\/match\?resource=desy%2Fmaxwell">desy\/maxwell</,
  ],
  ['/match?format=MRC&after=made-up', /Try <a href="\.\/match\?format=MRC">the first page</],
];

for (const [path, told] of REFUSED) {
  test(`a bad question is reported: ${path}`, async () => {
    const { status, text } = await get(path);
    assert.equal(status, 400);
    assert.match(text, told);
    assert.match(text, /role="alert"/);
    assert.match(text, /<form class="match"/);
  });
}

test('one software or technique leads from the images to where it can run', async () => {
  const list = await get('/?framework=RELION&technique=PaNET01168');
  assert.match(list.text, /<a href="\.\/match\?technique=PaNET01168&amp;framework=RELION">Where can it run/);
  assert.doesNotMatch((await get('/?q=relion')).text, /Where can it run/);
  const image = await get(`/?image=${encodeURIComponent(RECORDS[0]?.id ?? '')}`);
  assert.match(
    image.text,
    /<a href="\.\/match\?framework=relion">Where can any image of <bdi>relion<\/bdi> run/,
  );
});

test('every page links to the other, and says which one it is', async () => {
  assert.match((await get('/')).text, /<a href="\.\/" aria-current="page">Images<\/a>/);
  assert.match((await get('/match')).text, /<a href="\.\/match" aria-current="page">/);
});

test('a technique of several senses leads to each of them', () => {
  const { query } = readMatchQuery(new URLSearchParams('technique=EM&format=MRC'));
  const refusal = {
    ...{ code: 'AMBIGUOUS_TERM', message: '"EM" means a, or b at KIT.', hint: 'Choose.', unknown: [] },
    suggestions: ['electron microscopy', 'term:b'],
  };
  const { suggestions } = matchProblem(refusal, query.fields);
  assert.deepEqual(
    suggestions.map(({ href }) => href),
    ['./match?format=MRC&technique=electron+microscopy', './match?format=MRC&technique=term%3Ab'],
  );
});

test('one image is asked about by a link, and all of them again', async () => {
  const [{ id = '' } = {}] = RECORDS;
  const { status, text } = await get(`/match?image=${encodeURIComponent(id)}`);
  assert.equal(status, 200);
  assert.ok(text.includes(`<input type="hidden" name="image" value="${id}">`), text);
  assert.match(text, /<a href="\.\/match\?format=">Any image<\/a>/);
  assert.doesNotMatch(text, /odd\/hostile/);
  const secret = await get(`/match?image=${encodeURIComponent(HIDDEN.id)}`);
  const none = await get(`/match?image=${encodeURIComponent('esrf/main/none')}`);
  assert.match(none.text, /No candidate/);
  assert.match(none.text, /<a href="\.\/match\?format=">without “esrf\/main\/none”<\/a>/);
  const without = (page: string, one: string) =>
    page.replaceAll(one, '').replaceAll(encodeURIComponent(one), '');
  assert.equal(without(secret.text, HIDDEN.id), without(none.text, 'esrf/main/none'));
});
