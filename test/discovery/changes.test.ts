// Paging while registries change underneath: what did not change comes exactly once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ImageRecord } from '../../src/model/image.ts';
import { ANONYMOUS } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import fc, { runs } from '../support/fast-check.ts';
import { IMAGES } from '../support/questions.ts';
import { arbitraryRecords, license } from '../support/records.ts';
import { createWorld, testEngine } from '../support/world.ts';

let engine: LocalPolicyEngine;
before(async () => {
  engine = await testEngine();
});
after(() => engine.close());

/** Seen by everyone, so that only the catalog's changes matter. */
const open = (record: ImageRecord): ImageRecord => ({
  ...record,
  sharing: 'open',
  stated: { sharing: 'open' },
  license: license(),
});

const arbitraryStep = fc.record({
  kept: fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }),
  added: arbitraryRecords('esrf', 'main', 4),
});

test('each image that did not change comes exactly once while others come and go', async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryRecords('esrf', 'main', 16).map((records) => records.map(open)),
      arbitraryRecords('desy', 'main', 8).map((records) => records.map(open)),
      fc.array(arbitraryStep, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('RELEVANCE', 'NAME', 'NEWEST', 'VERSION'),
      fc.integer({ min: 1, max: 4 }),
      async (esrf, desy, steps, orderBy, first) => {
        const world = await createWorld(
          [
            { facility: 'desy', registry: 'main', records: desy },
            { facility: 'esrf', registry: 'main', records: esrf },
          ],
          engine,
        );
        const stays = new Set([...esrf, ...desy].map(({ id }) => id));
        const comes: string[] = [];
        let cursor: string | null = null;
        for (let page = 0; ; page++) {
          const answer = JSON.parse(await world.ask(IMAGES, { orderBy, first, after: cursor }, ANONYMOUS));
          const { edges, pageInfo } = answer.data.images;
          comes.push(...edges.map((edge: { node: { id: string } }) => edge.node.id));
          if (!pageInfo.hasNextPage) break;
          cursor = pageInfo.endCursor;
          const step = steps[page];
          if (step === undefined) continue;
          const kept = esrf.filter((_, index) => step.kept[index]);
          for (const { id } of esrf) if (!kept.some((record) => record.id === id)) stays.delete(id);
          const added = step.added.map(open).filter(({ id }) => !esrf.some((record) => record.id === id));
          await world.put({
            facility: 'esrf',
            registry: 'main',
            records: [...kept, ...added].sort((a, b) => (a.id < b.id ? -1 : 1)),
          });
        }
        for (const id of stays) assert.equal(comes.filter((other) => other === id).length, 1, id);
      },
    ),
    { numRuns: runs(20) },
  );
});
