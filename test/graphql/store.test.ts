// Query.store: what the admin is told of what the gateway keeps, and nobody else.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { GatewayParts } from '../../src/graphql/context.ts';
import { FederationError } from '../../src/model/errors.ts';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import type { StoreHealth } from '../../src/store/health.ts';
import type { StoreInfo } from '../../src/store/store.ts';
import { subject } from '../support/subjects.ts';
import { callerOf, createWorld, testEngine } from '../support/world.ts';

const ASK = `{
  store {
    engine status code since bytes
    registries { facility registry nodes crawledAt checkedAt generation }
  }
}`;

const CRAWLED = Date.UTC(2026, 4, 1);
const INFO: StoreInfo = {
  engine: 'sqlite',
  schema: 1,
  bytes: 5_000_000_000,
  documents: 2,
  tags: 3,
  registries: [
    {
      ...{ facility: 'esrf', registry: 'main', nodes: 44, generation: 'g1' },
      ...{ crawledAt: CRAWLED, checkedAt: CRAWLED + 1_000 },
    },
    { facility: 'gone', registry: 'old', nodes: 0, generation: null, crawledAt: 9e15, checkedAt: -1 },
  ],
};

const visitor = callerOf(subject());
const of = (caller: Caller, ...roles: string[]): Caller => ({ ...caller, roles });
const ADMIN = of(visitor, 'admin');

describe('Query.store', () => {
  let engine: LocalPolicyEngine;
  let asked = 0;
  before(async () => {
    engine = await testEngine();
  });
  after(() => engine.close());

  function storeThat(health: StoreHealth, info: () => Promise<StoreInfo>): GatewayParts['store'] {
    return {
      engine: 'sqlite',
      health: () => health,
      info: () => {
        asked += 1;
        return info();
      },
    };
  }

  async function ask(store: GatewayParts['store'], caller: Caller): Promise<string> {
    const world = await createWorld([], engine, { store });
    return world.ask(ASK, {}, caller);
  }

  const usable = () => storeThat({ status: 'OK' }, async () => INFO);

  test('shows the admin how it is, and each registry’s last crawl', async () => {
    assert.deepEqual(JSON.parse(await ask(usable(), ADMIN)), {
      data: {
        store: {
          ...{ engine: 'sqlite', status: 'OK', code: null, since: null, bytes: 5_000_000_000 },
          registries: [
            {
              ...{ facility: 'esrf', registry: 'main', nodes: 44, generation: 'g1' },
              crawledAt: '2026-05-01T00:00:00.000Z',
              checkedAt: '2026-05-01T00:00:01.000Z',
            },
            {
              ...{ facility: 'gone', registry: 'old', nodes: 0, generation: null },
              crawledAt: null,
              checkedAt: '1969-12-31T23:59:59.999Z',
            },
          ],
        },
      },
      errors: [],
    });
  });

  test('says to the admin that it cannot be used, without an error', async () => {
    const failing = storeThat({ status: 'FAILING', code: 'STORE_UNAVAILABLE', since: CRAWLED }, () =>
      Promise.reject(new FederationError('STORE_UNAVAILABLE', 'gone')),
    );
    assert.deepEqual(JSON.parse(await ask(failing, ADMIN)), {
      data: {
        store: {
          ...{ engine: 'sqlite', status: 'FAILING', code: 'STORE_UNAVAILABLE' },
          ...{ since: '2026-05-01T00:00:00.000Z', bytes: null, registries: null },
        },
      },
      errors: [],
    });
  });

  test('is null for everybody else, as where there is none, and asks the store nothing', async () => {
    const none = await ask(null, ADMIN);
    assert.equal(none, JSON.stringify({ data: { store: null }, errors: [] }));
    asked = 0;
    for (const caller of [of(visitor, 'author:esrf'), of(visitor, 'administrator'), visitor, ANONYMOUS]) {
      assert.equal(await ask(usable(), caller), none);
    }
    assert.equal(asked, 0);
  });
});
