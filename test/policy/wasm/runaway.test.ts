// Policies that do not end, throw or exhaust memory: ended by their deadline, while the server answers and others get theirs.
import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { after, before, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ANONYMOUS } from '../../../src/model/subject.ts';
import { bundleFolder, countingCounters, OPA, snapshotOf, testEngine } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';
import { imageRecord } from '../../support/records.ts';

const DEADLINE = 400;

const rego = `
import rego.v1

good := {"discover": true, "pull": true, "execute": true, "reasons": []}

decision := good if startswith(input.record.title, "fine")

# Looking for 400,001 characters in 800,000, in the naive way: minutes of WASM, and hardly any memory.
decision := good if {
	startswith(input.record.title, "endless")
	hay := concat("", ["aaaaaaaaaaaaaaaaaaaa" | some x in numbers.range(1, 40000)])
	not contains(hay, concat("", [substring(hay, 0, count(hay) / 2), "b"]))
}

# A built-in that the SDK has in JavaScript, with a pattern that backtracks exponentially.
decision := good if {
	startswith(input.record.title, "backtrack")
	count(regex.split("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")) > 0
}

decision := good if {
	startswith(input.record.title, "abort")
	count([[x, y] | some x in numbers.range(1, 3000); some y in numbers.range(1, 3000)]) > 0
}

# Two values for one rule: it throws at once.
decision := good if startswith(input.record.title, "conflict")

decision := false if startswith(input.record.title, "conflict")
`;

const titled = (...titles: string[]) =>
  snapshotOf(titles.map((title, index) => imageRecord({ repository: `r${index}`, title })));

describe('a policy that does not end', needs('opa', OPA), () => {
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  before(async () => {
    folder = await bundleFolder();
    await folder.compile('federation', { rego, reads: [['record', 'title']] });
  });
  after(() => folder[Symbol.asyncDispose]());

  test('is not found in what was done in time, while this thread was blocked for longer than that', async () => {
    const { counters, failed } = countingCounters();
    await using engine = await testEngine({ folder: folder.path, policyDeadline: DEADLINE, counters });
    const first = titled('fine 1');
    await engine.decide([first], ANONYMOUS.subject, null);
    const snapshot = titled('fine 2', 'fine 3');
    const deciding = engine.decide([snapshot], ANONYMOUS.subject, null);
    // The worker has its batch by then.
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    const until = performance.now() + 2 * DEADLINE;
    while (performance.now() < until);
    assert.equal((await deciding).visibleCount(snapshot), 2);
    assert.deepEqual(failed, []);
  });

  test('is ended at its deadline: its class is denied, the others get their answers', async () => {
    const { counters, failed } = countingCounters();
    await using engine = await testEngine({ folder: folder.path, policyDeadline: DEADLINE, counters });
    const snapshot = titled('fine 1', 'fine 2', 'endless', 'fine 3');
    const verdict = await engine.decide([snapshot], ANONYMOUS.subject, null);
    assert.deepEqual([...verdict.bits(snapshot, 'pull')], [0b1011]);
    assert.deepEqual(failed, [{ owner: 'federation', cause: 'deadline', inputs: 1 }]);
  });

  test('in a built-in is ended in the same way', async () => {
    const { counters, failed } = countingCounters();
    await using engine = await testEngine({ folder: folder.path, policyDeadline: DEADLINE, counters });
    const snapshot = titled('backtrack', 'fine');
    const verdict = await engine.decide([snapshot], ANONYMOUS.subject, null);
    assert.deepEqual([...verdict.bits(snapshot, 'pull')], [0b10]);
    assert.deepEqual(failed, [{ owner: 'federation', cause: 'deadline', inputs: 1 }]);
  });

  test('does not keep the server from its work', async () => {
    // So long that no pause of a busy machine is taken for waiting.
    const deadline = 2_000;
    await using engine = await testEngine({ folder: folder.path, policyDeadline: deadline });
    const warm = titled('fine');
    await engine.decide([warm], ANONYMOUS.subject, null);
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const running = engine.decide([titled('endless')], ANONYMOUS.subject, null);
    const begun = performance.now();
    // Somebody whose verdict is known does not wait for it.
    await engine.decide([warm], ANONYMOUS.subject, null);
    assert(performance.now() - begun < deadline / 2);
    await running;
    delay.disable();
    assert(performance.now() - begun >= deadline * 0.9);
    assert(delay.max / 1e6 < deadline / 2, `the event loop stood still for ${delay.max / 1e6} ms`);
  });

  test('lets others with new questions have their turn', async () => {
    await using engine = await testEngine({ folder: folder.path, policyDeadline: DEADLINE, threads: 2 });
    const running = engine.decide([titled('endless')], ANONYMOUS.subject, null);
    const other = titled('fine');
    const verdict = await engine.decide([other], ANONYMOUS.subject, null);
    assert.equal(verdict.visibleCount(other), 1);
    await running;
  });

  test('again and again costs a bounded number of workers, and only its own snapshot', async () => {
    const { counters, failed } = countingCounters();
    await using engine = await testEngine({ folder: folder.path, policyDeadline: DEADLINE, counters });
    const bad = titled('fine 1', ...Array.from({ length: 20 }, (_, i) => `endless ${i}`), 'fine 2');
    const good = titled('fine 2', 'fine 3');
    const verdict = await engine.decide([bad, good], ANONYMOUS.subject, null);
    assert.equal(verdict.visibleCount(good), 2);
    assert.equal(verdict.bits(bad, 'discover')[0]! & ~(1 | (1 << 21)), 0);
    const inputs = Object.fromEntries(failed.map(({ cause, inputs }) => [cause, inputs]));
    assert.deepEqual(Object.keys(inputs).sort(), ['deadline', 'refused']);
    assert.equal(inputs.deadline, 4);
  });

  test('is remembered for a while, so that not every caller pays for it', async () => {
    const { counters, failed, evaluated } = countingCounters();
    await using engine = await testEngine({ folder: folder.path, policyDeadline: DEADLINE, counters });
    await engine.decide([titled('endless', 'fine')], ANONYMOUS.subject, null);
    const snapshot = titled('endless', 'fine', 'fine 2');
    const verdict = await engine.decide([snapshot], ANONYMOUS.subject, null);
    assert.deepEqual([...verdict.bits(snapshot, 'discover')], [0b110]);
    assert.deepEqual(failed, [{ owner: 'federation', cause: 'deadline', inputs: 1 }]);
    assert.deepEqual(
      evaluated.map(({ inputs }) => inputs),
      [2, 1],
    );
  });
});

describe('a policy that throws', needs('opa', OPA), () => {
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  before(async () => {
    folder = await bundleFolder();
    await folder.compile('federation', { rego, reads: [['record', 'title']] });
  });
  after(() => folder[Symbol.asyncDispose]());

  test('more often than an instance bears still judges the next record', async () => {
    await using engine = await testEngine({ folder: folder.path });
    const snapshot = titled(...Array.from({ length: 1_100 }, (_, i) => `conflict ${i}`), 'fine');
    const verdict = await engine.decide([snapshot], ANONYMOUS.subject, null);
    assert.equal(verdict.visibleCount(snapshot), 1);
    assert.notEqual(verdict.reveal(snapshot, 1_100), null);
  });

  test('for lack of memory still judges the next record', async () => {
    const { counters, failed } = countingCounters();
    await using engine = await testEngine({ folder: folder.path, policyDeadline: 60_000, counters });
    const snapshot = titled('abort 1', 'fine 1', 'abort 2', 'fine 2');
    const verdict = await engine.decide([snapshot], ANONYMOUS.subject, null);
    assert.deepEqual([...verdict.bits(snapshot, 'discover')], [0b1010]);
    assert.deepEqual(failed, [{ owner: 'federation', cause: 'threw', inputs: 2 }]);
  });
});
