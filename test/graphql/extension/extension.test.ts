// What a lab's own fields say counts among the bytes of an answer, as what the gateway itself says of images does.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pino } from 'pino';
import { createExtension } from '../../../src/graphql/extension/extension.ts';
import type { LocalPolicyEngine } from '../../../src/policy/create-engine.ts';
import { digestOf, imageRecord } from '../../support/records.ts';
import { createWorld, testEngine } from '../../support/world.ts';

let engine: LocalPolicyEngine;
before(async () => {
  engine = await testEngine();
});
after(() => engine.close());

test('an answer with too much of a lab’s own fields is refused as a whole', async () => {
  const text = 'x'.repeat(30_000);
  const extension = createExtension({
    ...{ facility: 'esrf', registry: 'main', deadline: 10_000, maxBytes: 10_000_000, keep: 10_000 },
    sdl: 'type Query { imagesById(ids: [ID!]!): [Image]! } type Image { contact: String }',
    endpoint: {
      read: async ({ variables }, read) => {
        const ids = (variables?.ids ?? []) as readonly string[];
        const imagesById = ids.map(() => ({ contact: text }));
        return { value: await read(Buffer.from(JSON.stringify({ data: { imagesById } }))), bytes: 1 };
      },
    },
    logger: pino({ level: 'silent' }),
  });
  const records = Array.from({ length: 100 }, (_, n) =>
    imageRecord({ facility: 'esrf', repository: `r${n}`, digest: digestOf(n), upstreamId: `${n}` }),
  );
  const world = await createWorld([{ facility: 'esrf', registry: 'main', records }], engine, {
    extensions: [extension],
  });
  const page = (alias: string) => `${alias}: images(first: 100) { nodes { esrf { contact } } }`;
  const once = await world.ask(`{ ${page('a')} }`);
  assert.ok(once.length > 100 * text.length, once.slice(0, 300));
  const often = await world.ask(`{ ${['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(page).join(' ')} }`);
  assert.match(often, /more than 16 MiB/);
  assert.ok(often.length < 1_000);
});
