// Callers who ask for a lab's own fields as fast as they can: what the lab withdraws is gone all the same.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { digestOf } from '../support/records.ts';
import { startRegistry, type TestRegistry, testNode } from '../support/registry.ts';

/** Seconds. */
const TTL = 1;
/** Milliseconds that the lab takes for its own fields, half of which it fails to answer. */
const SLOW = 100;
const CLIENTS = 8;
/** Requests for own fields that one principal may have under way. */
const AT_ONCE = 2;

const images = Array.from({ length: 40 }, (_, n) =>
  testNode(`em/image-${n}`, { digest: digestOf(n + 1), sharing: 'open', license: 'MIT' }),
);
let lab: TestRegistry;
let gateway: RunningGateway;
/** Requests for own fields that arrived. */
let arrived = 0;

before(async () => {
  lab = await startRegistry('esrf', images, (_request, response, { body }) => {
    if (body.query?.includes('imagesById') !== true) return false;
    arrived += 1;
    const status = arrived % 2 === 0 ? 500 : 200;
    const imagesById = (body.variables?._v0_ids as unknown[] | undefined)?.map(() => null) ?? [];
    setTimeout(
      () => response.writeHead(status, JSON_TYPE).end(JSON.stringify({ data: { imagesById } })),
      SLOW,
    );
    return true;
  });
  const registry = { key: 'main', kind: 'graphql' as const, url: lab.url, pull: 'registry.esrf.example' };
  const extension = { schema: 'catalogs/esrf.extension.graphql' };
  gateway = await startGateway(
    configOf({
      facilities: [{ id: 'esrf', name: 'ESRF', registries: [registry], extension }],
      cache: { ttl: TTL },
    }),
  );
  await gateway.federation.catalog.refresh({ maxAge: null });
});
after(async () => {
  await gateway?.close();
  await lab?.close();
});

const JSON_TYPE = { 'content-type': 'application/json' };

interface Count {
  readonly images: { readonly totalCount: number; readonly sources: readonly { readonly status: string }[] };
}

test('an image that is withdrawn is gone in time, and the lab is asked no more than it can bear', async () => {
  let flooding = true;
  let sent = 0;
  const started = performance.now();
  const flood = Array.from({ length: CLIENTS }, async () => {
    while (flooding) {
      sent += 1;
      // Each is another question, so that no answer that is kept serves it.
      const pages = Array.from(
        { length: 10 },
        (_, n) => `p${n}: images(first: ${n + 1}) { nodes { esrf { c${sent}: contact } } }`,
      );
      const { status, errors } = await gateway.ask(`{ ${pages.join(' ')} }`);
      assert.equal(status, 200);
      for (const { extensions } of errors) assert.match(extensions.code, /^(SOURCE_UNAVAILABLE|NOT_READY)$/);
    }
  });
  do await sleep(1_000);
  while (sent <= CLIENTS);
  const withdrawn = performance.now();
  lab.replace(images.slice(1));
  let seen: Count['images'];
  do {
    await sleep(100);
    seen = (await gateway.ask<Count>('{ images(first: 1) { totalCount sources { status } } }')).data.images;
  } while (seen.totalCount === images.length && performance.now() - withdrawn < 20_000);
  const took = performance.now() - withdrawn;
  flooding = false;
  await Promise.all(flood);
  assert.equal(seen.totalCount, images.length - 1);
  assert.deepEqual(seen.sources, [{ status: 'OK' }]);
  assert.ok(took < TTL * 1_000 + 3_000, `gone after ${Math.round(took)} ms`);
  const rounds = (performance.now() - started) / SLOW;
  assert.ok(arrived <= AT_ONCE * (rounds + 1), `${arrived} requests in ${Math.round(rounds)} rounds`);
  assert.ok(sent > CLIENTS && arrived > 0, `${sent} questions`);
});
