// The page over a small world: what it answers to whom, that nothing from outside becomes markup, and that a bad
// address is told and never an error.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setCommonHeaders } from '../../src/http/respond.ts';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import { createPage } from '../../src/page/page.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import { condition, digestOf, imageRecord, license, NO_LICENSE } from '../support/records.ts';
import { historyOf } from '../support/tag-history.ts';
import { callerOf, createWorld, NOW, testEngine, type World } from '../support/world.ts';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(1)'>\u202eexe.gnp`;

const HIDDEN = imageRecord({ repository: 'secret/thing', sharing: 'none', digest: digestOf(9) });

const RECORDS = [
  imageRecord({ tags: ['3.1', 'latest'] }),
  imageRecord({
    repository: 'mx/xds',
    title: null,
    digest: digestOf(2),
    documentation: 'javascript:alert(1)',
    license: license({ expression: 'LicenseRef-XDS', raw: 'XDS', conditions: [condition('academic')] }),
  }),
  imageRecord({ repository: 'odd/unstated', title: 'Unstated', digest: digestOf(3), license: NO_LICENSE }),
  imageRecord({
    repository: 'odd/hostile',
    tags: [HOSTILE],
    digest: digestOf(4),
    title: HOSTILE,
    description: HOSTILE,
    documentation: `https://docs.example/"onmouseover="alert(1)`,
    source: 'https://user:secret@evil.example/',
    labels: { [HOSTILE]: HOSTILE },
    frameworks: [{ name: HOSTILE, version: HOSTILE, raw: HOSTILE }],
    unmapped: [HOSTILE],
    license: license({
      ...{ state: 'declared', expression: null, raw: HOSTILE },
      statements: [{ text: HOSTILE, state: 'declared', expression: null, origin: 'label', label: HOSTILE }],
    }),
  }),
  HIDDEN,
];

/** Yesterday a tag of KIT came from image 5 to image 6. */
const MOVED = {
  'kit/main/em/relion:latest': [
    { digest: digestOf(6), since: NOW - 86_400_000, until: null },
    { digest: digestOf(5), since: 0, until: NOW - 86_400_000 },
  ],
};

let policy: LocalPolicyEngine;
let world: World;
let server: Server;
let url = '';
let caller: Caller = ANONYMOUS;

/** Nobody gives up. */
const NEVER = new AbortController().signal;

before(async () => {
  policy = await testEngine();
  const registries = [{ facility: 'esrf', registry: 'main', records: RECORDS }];
  world = await createWorld(registries, policy, { history: historyOf(MOVED) });
  const page = createPage({ gateway: world.gateway, name: 'The <labs>', vocabulary: loadVocabulary() });
  server = createServer(async (request, response) => {
    setCommonHeaders(response);
    const target = new URL(request.url ?? '/', 'http://localhost');
    try {
      assert.ok(page.paths.has(target.pathname), target.pathname);
      await page.answer(response, target, { caller, ended: NEVER });
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  server?.closeAllConnections();
  server?.close();
  await policy?.close();
});

async function get(
  path: string,
  as: Caller = ANONYMOUS,
): Promise<{ status: number; text: string; headers: Headers }> {
  caller = as;
  const response = await fetch(url + path);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const MEMBER = callerOf(
  {
    ...ANONYMOUS.subject,
    authenticated: true,
    issuer: 'https://login.esrf.example',
    affiliations: ['member@esrf.example'],
    sites: ['esrf'],
    academic: true,
  },
  'Ada <esrf>',
);

test('everybody sees what they may discover, and as whom they ask', async () => {
  const anonymous = await get('/');
  assert.equal(anonymous.status, 200);
  assert.match(anonymous.text, /<h1 dir="auto">4 images<\/h1>/);
  assert.match(anonymous.text, /asking as <strong>anonymous<\/strong>/);
  assert.doesNotMatch(anonymous.text, /secret\/thing/);
  const member = await get('/', MEMBER);
  assert.match(member.text, /<h1 dir="auto">5 images<\/h1>/);
  assert.match(member.text, /Ada &lt;esrf&gt;<\/bdi><\/strong> \(member of Lab ESRF; academic\)/);
});

test('a caller who may pull gets the command by digest, another one the reason and what to do', async () => {
  const command = `docker pull registry.esrf.example/em/relion@${digestOf(1)}`;
  const member = await get('/?q=relion', MEMBER);
  assert.ok(member.text.includes(`<code>${command}</code>`));
  const anonymous = await get('/?q=relion');
  assert.ok(!anonymous.text.includes(command));
  assert.match(anonymous.text, /<dt>To pull or run<\/dt><dd>[^<]+ <strong>Sign in\.<\/strong>/);
});

test('a chosen place is where it would run', async () => {
  const { text } = await get('/?q=relion&at=esrf', MEMBER);
  assert.match(text, /<option value="esrf" selected>Lab ESRF/);
  assert.match(text, /You may <\/span>run at Lab ESRF/);
});

test('no text of a registry becomes markup, neither in the list nor on its own page', async () => {
  const id = encodeURIComponent(`esrf/main/odd/hostile@${digestOf(4)}`);
  for (const path of ['/?q=hostile', `/?image=${id}`]) {
    const { text, status } = await get(path, MEMBER);
    assert.equal(status, 200);
    assert.match(text, /&lt;script&gt;/);
    assert.doesNotMatch(text, /<script|<img|\son\w+\s*=\s*['"]?alert|style=|\u202e/i);
  }
});

test('the caller’s own text does not become markup either', async () => {
  const { text } = await get(`/?q=${encodeURIComponent(HOSTILE)}&framework=${encodeURIComponent(HOSTILE)}`);
  assert.match(text, /&lt;script&gt;/);
  assert.doesNotMatch(text, /<script|<img|\u202e/i);
  assert.match(text, /The &lt;labs&gt;/);
});

test('only an address of the web without credentials is a link, and it lends nothing to where it leads', async () => {
  const xds = await get(`/?image=${encodeURIComponent(`esrf/main/mx/xds@${digestOf(2)}`)}`);
  assert.match(xds.text, /<dd dir="auto">javascript:alert\(1\)<\/dd>/);
  assert.match(xds.text, /<a href="https:\/\/github\.com\/3dem\/relion" rel="noopener noreferrer nofollow">/);
  const hostile = await get(`/?image=${encodeURIComponent(`esrf/main/odd/hostile@${digestOf(4)}`)}`);
  assert.doesNotMatch(hostile.text, /href="https:\/\/user/);
  assert.doesNotMatch(hostile.text, /href="javascript/);
});

test('an image that is hidden and one that does not exist are answered alike', async () => {
  const hidden = await get(`/?image=${encodeURIComponent(HIDDEN.id)}`);
  const missing = await get(`/?image=${encodeURIComponent(HIDDEN.id.replace('secret', 'nothing'))}`);
  assert.equal(hidden.status, 404);
  assert.equal(hidden.text, missing.text);
  const member = await get(`/?image=${encodeURIComponent(HIDDEN.id)}`, MEMBER);
  assert.equal(member.status, 200);
});

test('a hidden image changes no byte of a page', async () => {
  const paths = [
    '/',
    '/?q=thing',
    '/?framework=thing',
    '/?facility=esrf&may=pull',
    '/?q=secret&order=newest',
  ];
  const before = await Promise.all(paths.map((path) => get(path)));
  await world.put({ facility: 'esrf', registry: 'main', records: RECORDS.filter((one) => one !== HIDDEN) });
  const without = await Promise.all(paths.map((path) => get(path)));
  await world.put({ facility: 'esrf', registry: 'main', records: RECORDS });
  assert.deepEqual(
    without.map(({ text }) => text),
    before.map(({ text }) => text),
  );
});

test('a link with parameters of a campaign is answered as without them', async () => {
  const plain = await get('/?q=relion');
  const tracked = await get('/?utm_source=newsletter&q=relion&gclid=1');
  assert.deepEqual([tracked.status, tracked.text], [200, plain.text]);
});

const BAD_ADDRESSES: readonly (readonly [path: string, message: RegExp])[] = [
  ['/?order=oldest', /“oldest” is not an order/],
  ['/?q=a&q=b', /given 2 times/],
  ['/?trust=maybe', /“maybe” is not a value of trust/],
  ['/?framework=relio', /called “relio” in Software\. Try <a href="\.\/\?framework=RELION">RELION<\/a>/],
  ['/?at=mars', /There is no facility “mars” to run it at/],
  ['/?after=made-up', /is valid for one caller and one search/],
  [`/?q=${'x'.repeat(300)}`, /may have 256 characters/],
  [`/?facility=${'x'.repeat(3_000)}`, /address is too long/],
  [
    `/?${'facility=a&'.repeat(10)}${Array.from({ length: 150 }, (_, i) => `facility=${i}`).join('&')}`,
    /100 values|too long/,
  ],
  [`/?image=${'x'.repeat(1_500)}`, /1024 characters/],
  ['/?q=%ff%fe%00&sharing=%ff', /is not a value of sharing/],
];

for (const [path, message] of BAD_ADDRESSES) {
  test(`a bad address is reported: ${path.slice(0, 40)}`, async () => {
    const { status, text, headers } = await get(path);
    assert.equal(status, 400);
    assert.match(headers.get('content-type') ?? '', /^text\/html/);
    assert.match(text, message);
    assert.match(text, /role="alert"/);
  });
}

test('a cursor of another caller is refused with the way to the first page', async () => {
  const many = Array.from({ length: 30 }, (_, index) =>
    imageRecord({ repository: `em/r${index}`, title: `R${index}`, digest: digestOf(100 + index) }),
  );
  await world.put({ facility: 'psi', registry: 'main', records: many });
  const first = await get('/?order=name');
  const next = /<a class="next" rel="next" href="\.([^"]+)"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&');
  assert.ok(next);
  assert.equal((await get(next)).status, 200);
  const foreign = await get(next, MEMBER);
  assert.equal(foreign.status, 400);
  assert.match(foreign.text, /Try <a href="\.\/\?order=name">the first page<\/a>/);
  await world.put({ facility: 'psi', registry: 'main', records: [] });
});

test('a result that is empty says how to find more', async () => {
  const { status, text } = await get('/?q=nosuchthing&facility=esrf');
  assert.equal(status, 200);
  assert.match(text, /No image that you may know of matches/);
  assert.match(text, /<a href="\.\/\?facility=esrf">Search without the words/);
  assert.match(text, /<a href="\.\/\?q=nosuchthing">Search without Facility/);
});

test('a lab without any answer is reported, and an image of it is 503 rather than missing', async () => {
  await world.put({ facility: 'kit', registry: 'main', records: null });
  const list = await get('/');
  const image = await get(`/?image=${encodeURIComponent(`kit/main/a@${digestOf(7)}`)}`);
  const unknown = await get('/?framework=relio');
  await world.put({ facility: 'kit', registry: 'main', records: [] });
  assert.equal(list.status, 200);
  assert.match(list.text, /<strong>Lab KIT<\/strong> could not be asked/);
  assert.equal(image.status, 503);
  assert.equal(unknown.status, 200);
  assert.match(
    unknown.text,
    /A registry could not be asked, so it may exist there\. Try <a href="\.\/\?framework=RELION">/,
  );
});

test('an image whose tag moved lately says so on its own page, and the image before does not', async () => {
  const records = [
    imageRecord({ facility: 'kit', tags: ['latest'], digest: digestOf(6) }),
    imageRecord({ facility: 'kit', tags: [], digest: digestOf(5) }),
  ];
  await world.put({ facility: 'kit', registry: 'main', records });
  const [moved, before] = await Promise.all(
    records.map(({ id }) => get(`/?image=${encodeURIComponent(id)}`)),
  );
  await world.put({ facility: 'kit', registry: 'main', records: [] });
  assert.match(
    moved?.text ?? '',
    /<div class="note warning" role="status"><p dir="auto">The tag latest moved/,
  );
  assert.doesNotMatch(before?.text ?? '', /moved/);
});

test('HEAD answers what GET does, without the page', async () => {
  for (const path of ['/', '/page.css', '/?order=oldest']) {
    const full = await get(path);
    const head = await fetch(url + path, { method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
    assert.equal(head.status, full.status);
    assert.equal(head.headers.get('content-length'), String(Buffer.byteLength(full.text)));
    assert.equal(await head.text(), '');
  }
});

test('a browser may load the style sheet and nothing else', async () => {
  const { headers, text } = await get('/');
  assert.equal(
    headers.get('content-security-policy'),
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.deepEqual([...text.matchAll(/<(?:link|script|img|iframe|style)\b[^>]*>/g)].length, 1);
  const style = /<link rel="stylesheet" href="\.([^"]+)">/.exec(text)?.[1] ?? '';
  const sheet = await get(style);
  assert.equal(sheet.headers.get('content-type'), 'text/css; charset=utf-8');
  assert.doesNotMatch(sheet.text, /url\(|@import/);
});
