import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { pino } from 'pino';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { startRegistry, type TestRegistry, testNode } from '../support/registry.ts';

let registry: TestRegistry;
let gateway: RunningGateway;
const written: string[] = [];

before(async () => {
  registry = await startRegistry('esrf', [testNode('em/relion', { sharing: 'open', license: 'MIT' })]);
  const facilities = [
    {
      id: 'esrf',
      name: 'ESRF',
      registries: [
        { key: 'main', kind: 'graphql' as const, url: registry.url, pull: 'registry.esrf.example' },
      ],
    },
  ];
  const logger = pino({ level: 'error' }, { write: (line) => void written.push(line) });
  gateway = await startGateway(configOf({ facilities, telemetry: { accessLog: true } }), { logger });
});
after(async () => {
  await gateway?.close();
  await registry?.close();
});

/** The lines of one piece of work, once there are as many as were asked for. */
async function lines(count: number, work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  written.length = 0;
  await work();
  while (written.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  return written.map((line) => JSON.parse(line));
}

describe('the access log', () => {
  test('has a line a request, whatever the level of the rest', async () => {
    const [line] = await lines(1, () => gateway.ask('{ images { totalCount } }'));
    const { time, level, pid, hostname, milliseconds, bytes, ...entry } = line ?? {};
    assert.deepEqual(entry, {
      method: 'POST',
      route: '/graphql',
      status: 200,
      caller: 'anonymous',
      msg: 'request',
    });
    assert.ok(Number(milliseconds) >= 0 && Number(bytes) > 100, JSON.stringify(line));
  });

  test('says whether the caller has signed in, and neither who it is nor what was asked', async () => {
    const token = await gateway.token('industry');
    const [good] = await lines(1, () => gateway.ask('query Private { viewer { name } }', {}, token));
    assert.equal(good?.caller, 'authenticated');
    const [refused] = await lines(1, () => gateway.ask('{ viewer { name } }', {}, 'x.y.z'));
    assert.deepEqual([refused?.status, refused?.caller], [401, null]);
    const [other] = await lines(1, () => fetch(`${gateway.url}/secret-path?q=private`));
    assert.deepEqual([other?.route, other?.status], ['other', 404]);
    for (const line of [good, refused, other]) {
      assert.doesNotMatch(JSON.stringify(line), /private|secret|industry|x\.y\.z|eyJ/i);
    }
  });

  test('counts the bytes of each answer of one connection', async () => {
    const two = await lines(2, async () => {
      await (await fetch(`${gateway.url}/schema.graphql`)).text();
      await (await fetch(`${gateway.url}/healthz`)).text();
    });
    const [schema = 0, health = 0] = two.map(({ bytes }) => Number(bytes));
    assert.ok(schema > 2_000 && health > 0 && health < 2_000, JSON.stringify(two));
  });
});
