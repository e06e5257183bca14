// Real modules that answer anything but a decision: each denies what it was asked, and nothing else.
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import pino from 'pino';
import { ACTIONS } from '../../../src/model/decision.ts';
import { ANONYMOUS } from '../../../src/model/subject.ts';
import type { VisibleImage } from '../../../src/policy/engine.ts';
import { bundleFolder, countingCounters, OPA, snapshotOf, testEngine } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';
import { imageRecord } from '../../support/records.ts';

const GOOD = '{"discover": true, "pull": true, "execute": true, "reasons": []}';

// By what the record's title says; one that is not named here is well-formed.
const ANSWERS: Record<string, { rego: string; cause: string }> = {
  'an empty list': { rego: '[]', cause: 'malformed' },
  text: { rego: '"allow"', cause: 'malformed' },
  null: { rego: 'null', cause: 'malformed' },
  true: { rego: 'true', cause: 'malformed' },
  'no pull': { rego: '{"discover": true, "execute": false, "reasons": []}', cause: 'malformed' },
  'no reasons': { rego: '{"discover": true, "pull": true, "execute": true}', cause: 'malformed' },
  'more than a decision': {
    rego: '{"discover": true, "pull": true, "execute": true, "reasons": [], "admin": true}',
    cause: 'malformed',
  },
  'text for yes': {
    rego: '{"discover": "true", "pull": true, "execute": true, "reasons": []}',
    cause: 'malformed',
  },
  'execute without pull': {
    rego: '{"discover": true, "pull": false, "execute": true, "reasons": []}',
    cause: 'malformed',
  },
  'a set of reasons that are text': {
    rego: '{"discover": true, "pull": true, "execute": true, "reasons": ["because"]}',
    cause: 'malformed',
  },
  large: {
    rego: '{"discover": true, "pull": true, "execute": true, "reasons": [x | some x in numbers.range(1, 30000)]}',
    cause: 'large',
  },
};

const rules = Object.entries(ANSWERS).map(
  ([title, { rego }]) => `decision := ${rego} if input.record.title == ${JSON.stringify(title)}`,
);
const rego = `
import rego.v1

known := {${Object.keys(ANSWERS)
  .map((title) => JSON.stringify(title))
  .join(', ')}, "undefined", "conflict", "out of memory"}

${rules.join('\n\n')}

decision := ${GOOD} if not input.record.title in known

# Two rules that are both true and disagree: an error while it runs.
decision := ${GOOD} if input.record.title == "conflict"

decision := {"discover": false} if input.record.title == "conflict"

decision := ${GOOD} if {
	input.record.title == "out of memory"
	count([[x, y] | some x in numbers.range(1, 5000); some y in numbers.range(1, 5000)]) > 0
}
`;

describe('a module that does not give a decision', needs('opa', OPA), () => {
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  before(async () => {
    folder = await bundleFolder();
    await folder.compile('federation', { rego, reads: [['record', 'title']] });
  });
  after(() => folder[Symbol.asyncDispose]());

  const causes = {
    ...Object.fromEntries(Object.entries(ANSWERS).map(([title, { cause }]) => [title, cause])),
    undefined: 'undefined',
    conflict: 'threw',
    'out of memory': 'threw',
  };
  for (const [title, cause] of Object.entries(causes)) {
    test(`but ${title} denies that record and no other, and is counted`, async () => {
      const { counters, failed } = countingCounters();
      await using engine = await testEngine({ folder: folder.path, counters });
      const snapshot = snapshotOf([
        imageRecord({ repository: 'a', title: 'fine' }),
        imageRecord({ repository: 'b', title }),
        imageRecord({ repository: 'c', title: 'also fine' }),
      ]);
      const verdict = await engine.decide([snapshot], ANONYMOUS.subject, null);
      for (const action of ACTIONS) assert.deepEqual([...verdict.bits(snapshot, action)], [0b101]);
      assert.equal(verdict.visibleCount(snapshot), 2);
      assert.equal(verdict.reveal(snapshot, 1), null);
      assert.deepEqual(failed, [{ owner: 'federation', cause, inputs: 1 }]);
      const { reasons, discover } = verdict.access(snapshot.records[1] as VisibleImage);
      assert.equal(discover, false);
      assert.deepEqual(
        [...new Set(reasons.map(({ code, policy }) => [policy, code].join(' ')))],
        ['panfed POLICY_FAILED'],
      );
    });
  }

  test('is logged, and not again for every record and caller', async () => {
    const lines: { owner: string; causes: object }[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        const line = JSON.parse(String(chunk));
        if (line.code === 'POLICY_FAILED') lines.push(line);
        done();
      },
    });
    await using engine = await testEngine({
      folder: folder.path,
      logger: pino({ level: 'error' }, stream),
    });
    for (let turn = 0; turn < 20; turn++) {
      const record = imageRecord({ title: 'undefined' });
      await engine.decide([snapshotOf([record])], ANONYMOUS.subject, null);
      await engine.decide([snapshotOf([imageRecord({ title: 'text' })])], ANONYMOUS.subject, null);
    }
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.owner, 'federation');
    assert.deepEqual(lines[0]?.causes, { undefined: 1 });
  });

  test('is asked again after a while, and not before', async (context) => {
    const { counters, evaluated } = countingCounters();
    await using engine = await testEngine({ folder: folder.path, counters });
    const snapshot = snapshotOf([imageRecord({ title: 'undefined' }), imageRecord({ title: 'fine' })]);
    let now = performance.now();
    context.mock.method(performance, 'now', () => now);
    await engine.decide([snapshot], ANONYMOUS.subject, null);
    now += 50_000;
    await engine.decide([snapshot], ANONYMOUS.subject, null);
    assert.deepEqual(evaluated, [{ owner: 'federation', inputs: 2 }]);
    now += 20_000;
    const verdict = await engine.decide([snapshot], ANONYMOUS.subject, null);
    assert.deepEqual(evaluated.slice(1), [{ owner: 'federation', inputs: 1 }]);
    assert.deepEqual([...verdict.bits(snapshot, 'discover')], [0b10]);
  });
});
