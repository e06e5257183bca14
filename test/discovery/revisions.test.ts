// Policies change while questions are answered: each answer is of one revision wholly, whatever it asks and when.
import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { runs } from '../support/fast-check.ts';
import { bundleFolder, OPA, testEngine } from '../support/policies.ts';
import { needs } from '../support/real.ts';
import { imageRecord } from '../support/records.ts';
import { subject } from '../support/subjects.ts';
import { callerOf, createWorld } from '../support/world.ts';

/** Two root fields, the second with a choice that the preference module judges, and access at three places each. */
const QUESTION = `query ($first: Int) {
  one: images(first: $first, at: "esrf") { edges { access { ...why } node { ...access } } totalCount }
  other: images(only: { facilities: ["esrf"] }, first: $first) { edges { access { ...why } node { ...access } } }
  facilities { id policy { revision } }
}
fragment access on Image { esrf: access(at: "esrf") { ...why } hzb: access(at: "hzb") { ...why } }
fragment why on Access { reasons { code } }`;

const SWAPS = 10;
/** Questions from one swap to the next. */
const QUESTIONS = runs(40);

const deciding = (code: string) => ({
  rego: `decision := {"discover": true, "pull": true, "execute": false, "reasons": [{"code": "${code}", "action": "execute", "params": {}}]}`,
  reads: [
    ['record', 'title'],
    ['subject', 'groups'],
    ['request', 'at', 'facility'],
  ],
});

describe('answers while policies change', needs('opa', OPA), () => {
  const folders: Awaited<ReturnType<typeof bundleFolder>>[] = [];
  before(async () => {
    for (const name of ['A', 'B']) {
      const folder = await bundleFolder();
      folders.push(folder);
      await folder.compile('federation', deciding(`FEDERATION_${name}`));
      await folder.compile('esrf', deciding(`ESRF_${name}`));
      await copyFile(
        new URL('../../policies/bundle/preference.tar.gz', import.meta.url),
        join(folder.path, 'preference.tar.gz'),
      );
    }
  });
  after(async () => {
    for (const folder of folders) await folder[Symbol.asyncDispose]();
  });

  test('are each of one revision, of every module, in every field and at every place', async () => {
    await using engine = await testEngine({ folder: folders[0]!.path, facilities: ['esrf'] });
    const records = Array.from({ length: 6 }, (_, i) =>
      imageRecord({ facility: 'esrf', repository: `r${i}`, title: `image ${i}` }),
    );
    const world = await createWorld([{ facility: 'esrf', registry: 'main', records }], engine);
    const revisions = new Map<string, string>();
    const activate = async (turn: number) => {
      const { path } = folders[turn % 2]!;
      const done = await engine.activate(
        ['federation', 'esrf'].map((owner) => ({ owner, path: join(path, `${owner}.tar.gz`) })),
      );
      assert.deepEqual(
        done.map(({ outcome }) => outcome),
        ['activated', 'activated'],
      );
    };
    revisions.set(engine.facility('esrf')?.revision ?? '', 'A');

    const answers: Promise<string>[] = [];
    for (let turn = 1; turn <= SWAPS; turn++) {
      const activating = activate(turn);
      for (let index = 0; index < QUESTIONS; index++) {
        // Some ask again and again, so that they are warmed; some are new to every revision.
        const group = index % 4 > 0 ? `known ${index % 16}` : `new ${turn} ${index}`;
        answers.push(world.ask(QUESTION, { first: 6 }, callerOf(subject({ groups: [group] }))));
        await setImmediate();
      }
      await activating;
      revisions.set(engine.facility('esrf')?.revision ?? '', turn % 2 === 1 ? 'B' : 'A');
    }

    const seen = new Map<string, number>();
    for (const text of await Promise.all(answers)) {
      const { data, errors } = JSON.parse(text);
      assert.deepEqual(errors, [], text);
      assert.equal(data.one.totalCount, 6);
      assert.equal(data.other.edges.length, 6);
      const { policy } = data.facilities.find(({ id }: { id: string }) => id === 'esrf');
      const name = revisions.get(policy.revision);
      const codes = new Set(
        [...JSON.stringify(data).matchAll(/"code":"([A-Z_]+)"/g)].map(([, code]) => code),
      );
      assert.deepEqual([...codes].sort(), [`ESRF_${name}`, `FEDERATION_${name}`]);
      seen.set(name ?? '', (seen.get(name ?? '') ?? 0) + 1);
    }
    for (const name of ['A', 'B']) assert((seen.get(name) ?? 0) > QUESTIONS, JSON.stringify([...seen]));
  });
});
