// A lab hides its images at weekends: the gateway's clock goes over the edges, and every answer is that of its time.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SYSTEM_CLOCK } from '../../src/model/clock.ts';
import { demoConfig, type RunningGateway, startGateway } from '../support/gateway.ts';
import { bundleFolder, OPA } from '../support/policies.ts';
import { needs } from '../support/real.ts';

const WEEKDAYS_ALONE = {
  rego: `default open := false

open if not input.request.time.weekday in {"saturday", "sunday"}

decision := {"discover": open, "pull": open, "execute": open, "reasons": []}`,
  reads: [['request', 'time', 'weekday']],
  time: { bucket: 86_400 as const },
};
const PAGE = `query ($after: String) {
  images(only: { facilities: ["esrf", "desy"] }, first: 3, after: $after, orderBy: NAME) {
    totalCount
    nodes { id }
    pageInfo { endCursor hasNextPage }
    facets(fields: [FACILITY]) { values { value count } }
  }
}`;
const EXPLAINED = `{ images(only: { facilities: ["esrf"] }, first: 1) {
  nodes { id explain { policy revision input } }
} }`;
const FRIDAY_EVENING = Date.UTC(2026, 10, 20, 23, 59, 59, 999);
const DAY = 86_400_000;

interface Page {
  readonly images: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly id: string }[];
    readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
    readonly facets: readonly {
      readonly values: readonly { readonly value: string; readonly count: number }[];
    }[];
  };
}

describe('a lab that closes at weekends', needs('opa', OPA), () => {
  const clock = { now: FRIDAY_EVENING };
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  let gateway: RunningGateway;
  before(async () => {
    folder = await bundleFolder();
    const policy = await folder.compile('esrf', WEEKDAYS_ALONE);
    const config = await demoConfig();
    gateway = await startGateway(
      {
        ...config,
        facilities: config.facilities
          .filter(({ id }) => ['esrf', 'desy'].includes(id))
          .map((facility) => (facility.id === 'esrf' ? { ...facility, policy } : facility)),
      },
      { clock: { ...SYSTEM_CLOCK, wall: () => clock.now } },
    );
    await gateway.federation.catalog.refresh({ maxAge: null });
  });
  after(async () => {
    await gateway.close();
    await folder[Symbol.asyncDispose]();
  });

  const page = async (after: string | null = null) =>
    (await gateway.ask<Page>(PAGE, { after }, await gateway.token('esrf-em'))).data.images;
  const rest = async (first: Page['images']) => {
    const ids = first.nodes.map(({ id }) => id);
    for (let { pageInfo } = first; pageInfo.hasNextPage; ) {
      const next = await page(pageInfo.endCursor);
      ids.push(...next.nodes.map(({ id }) => id));
      pageInfo = next.pageInfo;
    }
    return ids;
  };
  const ofEsrf = (id: string) => id.startsWith('esrf/');

  test('is there on Friday and gone on Saturday, in lists, counts and facets, and back on Monday', async () => {
    clock.now = FRIDAY_EVENING;
    const friday = await page();
    const ids = await rest(friday);
    assert(ids.some(ofEsrf));
    clock.now = FRIDAY_EVENING + 1;
    const saturday = await page();
    const left = ids.filter((id) => !ofEsrf(id));
    assert.deepEqual(await rest(saturday), left);
    assert.equal(saturday.totalCount, left.length);
    assert.equal(saturday.facets[0]?.values.find(({ value }) => value === 'esrf')?.count, 0);
    clock.now = FRIDAY_EVENING + 2 * DAY + 1;
    assert.deepEqual(await rest(await page()), ids);
  });

  test('is filtered from the pages after the edge, and the others come once each', async () => {
    clock.now = FRIDAY_EVENING;
    const first = await page();
    const ids = await rest(first);
    clock.now = FRIDAY_EVENING + 1;
    const seen = first.nodes.map(({ id }) => id);
    const expected = [...seen, ...ids.slice(seen.length).filter((id) => !ofEsrf(id))];
    assert.deepEqual(await rest(first), expected);
    clock.now = FRIDAY_EVENING + 2 * DAY + 1;
    assert.deepEqual(await rest(first), ids);
  });

  test('shows the admin which time its policy was given', async () => {
    clock.now = FRIDAY_EVENING;
    interface Answer {
      readonly images: {
        readonly nodes: readonly {
          readonly explain: readonly { readonly policy: string; readonly input: string }[];
        }[];
      };
    }
    const { data } = await gateway.ask<Answer>(EXPLAINED, {}, await gateway.token('admin'));
    const inputs = new Map(
      data.images.nodes[0]?.explain.map(({ policy, input }) => [policy, JSON.parse(input)]) ?? [],
    );
    assert.deepEqual(inputs.get('esrf'), {
      record: {},
      subject: {},
      request: { time: { weekday: 'friday' } },
    });
    assert.equal(inputs.get('federation').request.time, undefined);
  });
});
