// What a registry holds that policies could not judge in time is not known, which is not that it holds nothing.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS } from '../../src/model/subject.ts';
import { bundleFolder, OPA, testEngine } from '../support/policies.ts';
import { needs } from '../support/real.ts';
import { digestOf, imageRecord } from '../support/records.ts';
import { createWorld } from '../support/world.ts';

const rego = `
# Minutes of WASM.
decision := {"discover": true, "pull": true, "execute": true, "reasons": []} if {
	startswith(input.record.title, "endless")
	hay := concat("", ["aaaaaaaaaaaaaaaaaaaa" | some x in numbers.range(1, 40000)])
	not contains(hay, concat("", [substring(hay, 0, count(hay) / 2), "b"]))
}
`;

describe('a registry that could not be judged', needs('opa', OPA), () => {
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  before(async () => {
    folder = await bundleFolder();
    await folder.compile('federation', { rego, reads: [['record', 'title']] });
  });
  after(() => folder[Symbol.asyncDispose]());

  test('does not make its images appear not to exist', async () => {
    await using engine = await testEngine({ folder: folder.path, policyDeadline: 100 });
    const records = Array.from({ length: 6 }, (_, n) =>
      imageRecord({ facility: 'kit', repository: `r${n}`, digest: digestOf(n), title: `endless ${n}` }),
    );
    const world = await createWorld([{ facility: 'kit', registry: 'main', records }], engine);
    const id = JSON.stringify(records[0]?.id);
    const image = await world.ask(`{ image(id: ${id}) { id } }`, {}, ANONYMOUS);
    assert.match(image, /"code":"SOURCE_UNAVAILABLE"/);
    const elsewhere = await world.ask('{ image(id: "psi/main/none@sha256:0") { id } }', {}, ANONYMOUS);
    assert.match(elsewhere, /\{"image":null\}/);
  });
});
