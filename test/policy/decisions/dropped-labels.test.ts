// A label that was dropped at the crawl, since nobody read it: a policy that comes later and reads it judges without it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS } from '../../../src/model/subject.ts';
import { bundleFolder, OPA, snapshotOf, testEngine } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';
import { imageRecord } from '../../support/records.ts';

const NAME = 'org.hzb.restricted';

const rego = `
default decision := {"discover": true, "pull": true, "execute": true, "reasons": []}

decision := {"discover": false, "pull": false, "execute": false, "reasons": [
	{"code": "RESTRICTED", "action": action, "params": {}} | some action in ["discover", "pull", "execute"]
]} if input.record.labels["${NAME}"] == "yes"
`;

describe('a policy that forbids by a label', needs('opa', OPA), () => {
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  before(async () => {
    folder = await bundleFolder();
    await folder.compile('federation', { rego, reads: [['record', 'labels', NAME]] });
  });
  after(() => folder[Symbol.asyncDispose]());

  test('shows no image whose label was dropped, and the others as before', async () => {
    await using engine = await testEngine({ folder: folder.path });
    const records = [
      imageRecord({ repository: 'a', labels: {} }),
      imageRecord({ repository: 'b', labels: {}, droppedLabels: [NAME] }),
      imageRecord({ repository: 'c', labels: {}, droppedLabels: ['another'] }),
      imageRecord({ repository: 'd', labels: { [NAME]: 'no' } }),
    ];
    const snapshot = snapshotOf(records);
    const verdict = await engine.decide([snapshot], ANONYMOUS.subject, null);
    assert.deepEqual(
      records.map((_, index) => verdict.reveal(snapshot, index)?.repository ?? null),
      ['a', null, 'c', 'd'],
    );
    // From the cache, too.
    const again = await engine.decide([snapshot], ANONYMOUS.subject, null);
    assert.equal(again.visibleCount(snapshot), 3);
  });

  test('names it to those who crawl, so that it is not dropped again', async () => {
    await using engine = await testEngine({ folder: folder.path });
    assert.deepEqual([...engine.labels()], [NAME]);
  });
});
