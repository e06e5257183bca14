// A registry that policies could not judge in time is the same for everybody: nobody is shown any of it for a while, those
// neither whose decisions were made before.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS } from '../../src/model/subject.ts';
import { bundleFolder, OPA, snapshotOf, testEngine } from '../support/policies.ts';
import { needs } from '../support/real.ts';
import { imageRecord } from '../support/records.ts';

const rego = `
good := {"discover": true, "pull": true, "execute": true, "reasons": []}

decision := good if not input.subject.authenticated

# Minutes of WASM.
decision := good if {
	input.subject.authenticated
	startswith(input.record.title, "endless")
	hay := concat("", ["aaaaaaaaaaaaaaaaaaaa" | some x in numbers.range(1, 40000)])
	not contains(hay, concat("", [substring(hay, 0, count(hay) / 2), "b"]))
}
`;

describe('a registry that takes one asker too long', needs('opa', OPA), () => {
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

  test('is shown to nobody for a while, and the others are as they were', async () => {
    await using engine = await testEngine({ folder: folder.path, policyDeadline: 200 });
    const titles = Array.from({ length: 12 }, (_, n) => `endless ${n}`);
    const slow = snapshotOf(titles.map((title, n) => imageRecord({ repository: `r${n}`, title })));
    const fine = snapshotOf([imageRecord({ facility: 'kit' })]);
    const before = await engine.decide([slow, fine], ANONYMOUS.subject, null);
    assert.deepEqual([before.visibleCount(slow), before.visibleCount(fine)], [12, 1]);
    assert.equal(before.wasJudged(slow), true);

    const other = await engine.decide([slow, fine], { ...ANONYMOUS.subject, authenticated: true }, null);
    assert.deepEqual([other.wasJudged(slow), other.visibleCount(slow)], [false, 0]);
    const now = await engine.decide([slow, fine], ANONYMOUS.subject, null);
    assert.deepEqual([now.wasJudged(slow), now.visibleCount(slow)], [false, 0]);
    assert.deepEqual([now.wasJudged(fine), now.visibleCount(fine)], [true, 1]);
    assert.equal(now.reveal(slow, 0), null);
  });
});
