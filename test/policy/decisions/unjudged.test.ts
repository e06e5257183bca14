// A registry that policies could not judge in time for somebody is kept from them as a whole for a while, and from nobody
// else: the cost of judging depends on the subject.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS } from '../../../src/model/subject.ts';
import { bundleFolder, countingCounters, OPA, snapshotOf, testEngine } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';
import { imageRecord } from '../../support/records.ts';

const rego = `
good := {"discover": true, "pull": true, "execute": true, "reasons": []}

decision := good if not input.subject.authenticated

decision := good if not startswith(input.record.title, "endless")

# Minutes of WASM.
decision := good if {
	input.subject.authenticated
	startswith(input.record.title, "endless")
	hay := concat("", ["aaaaaaaaaaaaaaaaaaaa" | some x in numbers.range(1, 40000)])
	not contains(hay, concat("", [substring(hay, 0, count(hay) / 2), "b"]))
}
`;

describe('a registry whose judging takes too long for one subject', needs('opa', OPA), () => {
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  before(async () => {
    folder = await bundleFolder();
    await folder.compile('federation', {
      rego,
      reads: [
        ['record', 'title'],
        ['subject', 'authenticated'],
      ],
    });
  });
  after(() => folder[Symbol.asyncDispose]());

  test('is not shown to that subject for a while, and to the others as before', async () => {
    const { counters, evaluated } = countingCounters();
    await using engine = await testEngine({ folder: folder.path, policyDeadline: 200, counters });
    const titles = Array.from({ length: 12 }, (_, n) => `endless ${n}`);
    const slow = snapshotOf(titles.map((title, n) => imageRecord({ repository: `r${n}`, title })));
    const fine = snapshotOf([imageRecord({ facility: 'kit' })]);
    const before = await engine.decide([slow, fine], ANONYMOUS.subject, null);
    assert.deepEqual([before.visibleCount(slow), before.visibleCount(fine)], [12, 1]);
    assert.equal(before.wasJudged(slow), true);

    const person = { ...ANONYMOUS.subject, authenticated: true };
    const other = await engine.decide([slow, fine], person, null);
    assert.deepEqual([other.wasJudged(slow), other.visibleCount(slow)], [false, 0]);
    assert.deepEqual([other.wasJudged(fine), other.visibleCount(fine)], [true, 1]);
    assert.equal(other.reveal(slow, 0), null);

    const judged = evaluated.length;
    const again = await engine.decide([slow, fine], person, null);
    assert.deepEqual([again.wasJudged(slow), again.visibleCount(slow)], [false, 0]);
    const now = await engine.decide([slow, fine], ANONYMOUS.subject, null);
    assert.deepEqual([now.wasJudged(slow), now.visibleCount(slow)], [true, 12]);
    assert.equal(evaluated.length, judged);
  });
});
