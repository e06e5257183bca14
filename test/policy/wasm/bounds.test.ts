// What the engine keeps is bounded, and what it dropped is decided again as before.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readBundle } from '../../../src/policy/bundle/read.ts';
import { Sandbox } from '../../../src/policy/wasm/sandbox.ts';
import { bundleFolder, OPA, snapshotOf, testEngine } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';
import { imageRecord } from '../../support/records.ts';
import { subject } from '../../support/subjects.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const MEBIBYTE = 1_048_576;
const REGO = `
import rego.v1

default may := false

may if {
	some group in input.record.groups
	group in input.subject.groups
}

decision := {"discover": may, "pull": may, "execute": may, "reasons": []}

# Both: it throws.
decision := null if "conflict" in input.record.groups
`;
const READS = [
  ['record', 'groups'],
  ['subject', 'groups'],
];

describe('what the policy engine keeps', needs('opa', OPA), () => {
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  before(async () => {
    folder = await bundleFolder();
    await folder.compile('federation', { rego: REGO, reads: READS });
  });
  after(() => folder[Symbol.asyncDispose]());

  test('stays within its bytes, whoever asks, and everybody gets their own answer', async () => {
    await using engine = await testEngine({
      folder: folder.path,
      decisionBytes: MEBIBYTE,
      verdictBytes: MEBIBYTE,
    });
    const records = Array.from({ length: 500 }, (_, i) => imageRecord({ groups: [`g${i}`] }));
    const snapshot = snapshotOf(records);
    for (let turn = 0; turn < 2; turn++) {
      for (let person = 0; person < 200; person++) {
        const verdict = await engine.decide([snapshot], subject({ groups: [`g${person}`] }), null);
        assert.equal(verdict.visibleCount(snapshot), 1);
        assert.notEqual(verdict.reveal(snapshot, person), null);
      }
      const { decisions, verdicts } = engine.bytes();
      assert(decisions > MEBIBYTE / 2 && decisions <= MEBIBYTE, `${decisions} bytes of decisions`);
      assert(verdicts > MEBIBYTE / 2 && verdicts <= MEBIBYTE, `${verdicts} bytes of verdicts`);
    }
  });

  test('is nothing of a snapshot that was replaced', async () => {
    await using engine = await testEngine({ folder: folder.path });
    const person = subject({ groups: ['g'] });
    const replaced: WeakRef<object>[] = [];
    const load = async () => {
      const snapshot = snapshotOf([imageRecord({ groups: ['g'] })]);
      const verdict = await engine.decide([snapshot], person, null);
      assert.equal(verdict.access(verdict.reveal(snapshot, 0)!).execute, true);
      return new WeakRef<object>(snapshot);
    };
    for (let turn = 0; turn < 1_000; turn++) replaced.push(await load());
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
    const alive = replaced.filter((snapshot) => snapshot.deref() !== undefined).length;
    assert(alive <= 2, `${alive} of 1000 snapshots are still there`);
  });

  test('is no instance that threw', async () => {
    const path = await folder.compile('federation', { rego: REGO, reads: READS });
    const { wasm, entrypoint } = await readBundle(path, 'federation');
    const sandbox = new Sandbox(new WebAssembly.Module(wasm), entrypoint);
    const input = (group: string) => `{"record":{"groups":["${group}"]},"subject":{"groups":["g"]}}`;
    // An instance uses little of its 8 MiB, so that the resident memory does not show it.
    const before = process.memoryUsage().external;
    for (let turn = 0; turn < 100; turn++) {
      const answer = sandbox.evaluate(input('conflict'), 4_096);
      assert(typeof answer === 'object' && answer.failure === 'threw');
    }
    // A memory's bytes are given back by a thread of the engine, some time after the collection that found it unused.
    const grown = () => (process.memoryUsage().external - before) / MEBIBYTE;
    for (let turn = 0; turn < 100 && grown() >= 400; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collect();
    }
    assert(grown() < 400, `${grown()} MiB more after 100 instances of 8 MiB each`);
    assert.match(String(sandbox.evaluate(input('g'), 4_096)), /"discover":true/);
  });

  test('is no instance whose memory grew', async () => {
    const path = await folder.compile('federation', { rego: REGO, reads: READS });
    const { wasm, entrypoint } = await readBundle(path, 'federation');
    const sandbox = new Sandbox(new WebAssembly.Module(wasm), entrypoint);
    const groups = Array.from({ length: 60_000 }, (_, i) => `group ${i}`);
    const large = JSON.stringify({ record: { groups }, subject: { groups: ['g'] } });
    assert.match(String(sandbox.evaluate(large, 4_096)), /"discover":false/);
    assert.equal(sandbox.bytes, 0);
    assert.match(String(sandbox.evaluate('{"record":{"groups":[]}}', 4_096)), /"discover":false/);
    assert.equal(sandbox.bytes, 8 * MEBIBYTE);
  });
});
