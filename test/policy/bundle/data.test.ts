// Modules with data: loaded within bounds of memory and time, once for each worker, and refused otherwise.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pino from 'pino';
import { unmeasured } from '../../../src/policy/bundle/data.ts';
import { readBundle } from '../../../src/policy/bundle/read.ts';
import { Sandbox } from '../../../src/policy/wasm/sandbox.ts';
import { runs } from '../../support/fast-check.ts';
import { bundleFolder, OPA, snapshotOf, testEngine } from '../../support/policies.ts';
import { needs } from '../../support/real.ts';
import { imageRecord } from '../../support/records.ts';
import { subject } from '../../support/subjects.ts';

const FEDERATION = { rego: 'decision := {"discover": true, "pull": true, "execute": true, "reasons": []}' };
const ESRF = {
  rego: `default listed := false

listed if {
	some group in input.subject.groups
	input.record.repository in data.panfed.facility.esrf.proposals[group]
}

broken := 1 if input.record.repository == "broken"

broken := 2 if input.record.repository == "broken"

decision := {"discover": true, "pull": listed, "execute": false, "reasons": []} if not broken`,
  reads: [
    ['record', 'repository'],
    ['subject', 'groups'],
  ],
};
const MEBIBYTE = 1_048_576;
const text = (value: string) => new TextEncoder().encode(value);
const rooted = (json: string) => text(`{"panfed":{"facility":{"esrf":${json}}}}`);

/** Groups with the repositories of their proposals, of so many bytes. */
function proposals(bytes: number): Uint8Array<ArrayBuffer> {
  const groups: string[] = [];
  for (let length = 0, group = 0; length < bytes; group++) {
    const repositories = Array.from({ length: 8 }, (_, one) => `"p/${8 * group + one}"`).join(',');
    length +=
      groups.push(`"urn:geant:esrf.eu:group:g${group}":[${repositories}]`) &&
      (groups.at(-1)?.length ?? 0) + 1;
  }
  return rooted(`{"proposals":{${groups.join(',')}}}`);
}

const images = snapshotOf(
  ['p/0', 'p/7', 'p/8', 'broken'].map((repository) => imageRecord({ facility: 'esrf', repository })),
);
const member = (group: number) => subject({ groups: [`urn:geant:esrf.eu:group:g${group}`] });

describe('the data of a module', needs('opa', OPA), () => {
  let folder: Awaited<ReturnType<typeof bundleFolder>>;
  before(async () => {
    folder = await bundleFolder();
    await folder.compile('federation', FEDERATION);
  });
  after(() => folder[Symbol.asyncDispose]());

  /** What the engine makes of ESRF's images for a person, with these data. */
  async function pullable(data: Uint8Array<ArrayBuffer>, group: number, policyDeadline = 10_000) {
    await folder.compile('esrf', { ...ESRF, data });
    await using engine = await testEngine({ folder: folder.path, facilities: ['esrf'], policyDeadline });
    assert.deepEqual(engine.modules().find(({ owner }) => owner === 'esrf')?.status, 'ACTIVE');
    const verdict = await engine.decide([images], member(group), null);
    return [...verdict.bits(images, 'pull')];
  }

  test('decide', async () => {
    assert.deepEqual(await pullable(proposals(1_000), 0), [0b0011]);
    assert.deepEqual(await pullable(proposals(1_000), 1), [0b0100]);
  });

  test('may be so large that they take longer to load than a batch may take to be evaluated', async () => {
    const bytes = Math.min(20, runs(8)) * 1_000_000;
    const data = proposals(bytes);
    assert(data.byteLength >= bytes);
    assert.deepEqual(await pullable(data, 1, 150), [0b0100]);
  });

  test('take the memory that they need from the begin, and no more', async () => {
    const path = await folder.compile('esrf', { ...ESRF, data: proposals(2_000_000) });
    const { wasm, entrypoint, data } = await readBundle(path, 'esrf');
    assert(data !== null);
    const module = new WebAssembly.Module(wasm);
    const most = unmeasured(data);
    const facts = new Sandbox(module, entrypoint, most).facts();
    assert('dataPages' in facts);
    assert(facts.dataPages > 10 * 16 && facts.dataPages < 40 * 16, `${facts.dataPages} pages`);
    const sandbox = new Sandbox(module, entrypoint, { ...most, pages: facts.dataPages });
    const input = '{"record":{"repository":"p/9"},"subject":{"groups":["urn:geant:esrf.eu:group:g1"]}}';
    assert(sandbox.needsData);
    for (let turn = 0; turn < 1_000; turn++) {
      assert.match(String(sandbox.evaluate(input, 4_096)), /"pull":true/);
      assert(!sandbox.needsData);
    }
    assert.equal(sandbox.bytes, (128 + facts.dataPages) * 65_536);
  });

  test('are loaded anew after an evaluation that threw', async () => {
    const path = await folder.compile('esrf', { ...ESRF, data: proposals(1_000) });
    const { wasm, entrypoint, data } = await readBundle(path, 'esrf');
    assert(data !== null);
    const sandbox = new Sandbox(new WebAssembly.Module(wasm), entrypoint, unmeasured(data));
    const answer = (repository: string) =>
      sandbox.evaluate(
        JSON.stringify({ record: { repository }, subject: { groups: ['urn:geant:esrf.eu:group:g0'] } }),
        4_096,
      );
    assert.match(String(answer('p/3')), /"pull":true/);
    assert.equal((answer('broken') as { readonly failure: string }).failure, 'threw');
    assert(sandbox.needsData);
    assert.match(String(answer('p/3')), /"pull":true/);
  });

  const refused: readonly (readonly [string, () => Uint8Array<ArrayBuffer>])[] = [
    ['are no JSON', () => text('{"panfed":')],
    ['are followed by more', () => rooted('{"proposals":{}}} {"panfed":{}')],
    ['are no object', () => text('["panfed"]')],
    ['are nested without end', () => rooted(`${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`)],
    [
      `would take more than ${256 * MEBIBYTE} bytes of memory`,
      () => rooted(`{"proposals":[${Array(2_000_000).fill('1').join()}]}`),
    ],
  ];
  for (const [what, data] of refused) {
    test(`are refused where they ${what}, and what a module would have judged is denied`, async () => {
      await folder.compile('esrf', { ...ESRF, data: data() });
      const begun = performance.now();
      await using engine = await testEngine({ folder: folder.path, facilities: ['esrf'] });
      assert(performance.now() - begun < 30_000);
      assert.equal(engine.modules().find(({ owner }) => owner === 'esrf')?.status, 'FAILED');
      const verdict = await engine.decide([images], member(0), null);
      assert.equal(verdict.visibleCount(images), 0);
    });
  }

  test('are taken whatever their strings hold, and with white space around them', async () => {
    const json = JSON.stringify({ 'urn:geant:esrf.eu:group:g0': ['p/0', '}"\\', '{'] });
    const spaced = Buffer.from(rooted(`{ "proposals" : ${json} }`));
    assert.deepEqual(
      await pullable(Uint8Array.from([...text('\r\n\t '), ...spaced, ...text(' \n')]), 0),
      [0b0001],
    );
  });

  /** Needs some 4 MiB in a worker. */
  const some = () => proposals(400_000);

  test('of all policies have one bound, beyond which the last one is refused', async () => {
    for (const id of ['esrf', 'psi']) await folder.compile(id, { ...ESRF, data: some() });
    const facilities = ['esrf', 'psi'];
    const logged: string[] = [];
    const logger = pino({ level: 'error' }, { write: (line: string) => logged.push(line) });
    const policyDataBytes = 7 * MEBIBYTE;
    await using engine = await testEngine({ folder: folder.path, facilities, policyDataBytes, logger });
    assert.deepEqual(
      engine.modules().map(({ owner, status }) => [owner, status]),
      [
        ['federation', 'ACTIVE'],
        ['preference', 'FAILED'],
        ['esrf', 'ACTIVE'],
        ['psi', 'FAILED'],
      ],
    );
    assert.match(
      logged.join(''),
      /its data need \d MiB of memory in 1 workers, and \d MiB are left of the 7 MiB/,
    );
  });

  test('count in each worker', async () => {
    await folder.compile('esrf', { ...ESRF, data: some() });
    const status = async (threads: number) => {
      const options = { folder: folder.path, facilities: ['esrf'], policyDataBytes: 7 * MEBIBYTE };
      await using engine = await testEngine({ ...options, threads });
      return engine.facility('esrf')?.status;
    };
    assert.equal(await status(1), 'ACTIVE');
    assert.equal(await status(2), 'FAILED');
  });

  test('that come count beside those that they replace, which stay if both do not fit', async () => {
    await folder.compile('esrf', { ...ESRF, data: some() });
    const options = { folder: folder.path, facilities: ['esrf'], policyDataBytes: 7 * MEBIBYTE };
    await using engine = await testEngine(options);
    const before = engine.facility('esrf')?.revision;
    const change = async (data: Uint8Array<ArrayBuffer>) => {
      const path = await folder.compile('esrf', { ...ESRF, data });
      return (await engine.activate([{ owner: 'esrf', path }]))[0];
    };
    const refused = await change(proposals(450_000));
    assert.deepEqual(
      [refused?.outcome, refused?.error?.code, refused?.status?.refused?.code, refused?.status?.revision],
      ['refused', 'POLICY_INVALID', 'POLICY_INVALID', before],
    );
    assert.match(
      refused?.error?.message ?? '',
      /its data need \d MiB of memory in 1 workers, and \d MiB are left/,
    );
    assert.match(refused?.error?.hint ?? '', /raise limits\.policyDataBytes/);
    const verdict = await engine.decide([images], member(0), null);
    assert.deepEqual([...verdict.bits(images, 'pull')], [0b0011]);
    assert.equal((await change(proposals(1_000)))?.outcome, 'activated');
    assert.equal((await change(proposals(450_000)))?.outcome, 'activated');
  });

  test('of changes that come together are accepted as far as they fit', async () => {
    for (const id of ['esrf', 'psi']) await folder.compile(id, { ...ESRF, data: proposals(1_000) });
    const options = { folder: folder.path, facilities: ['esrf', 'psi'], policyDataBytes: 7 * MEBIBYTE };
    await using engine = await testEngine(options);
    const changes = await Promise.all(
      ['psi', 'esrf'].map(async (owner) => ({
        owner,
        path: await folder.compile(owner, { ...ESRF, data: some() }),
      })),
    );
    const activations = await engine.activate(changes);
    assert.deepEqual(
      activations.map(({ owner, outcome }) => [owner, outcome]),
      [
        ['psi', 'activated'],
        ['esrf', 'refused'],
      ],
    );
  });

  test('that are refused leave in force what was there', async () => {
    await folder.compile('esrf', { ...ESRF, data: proposals(1_000) });
    await using engine = await testEngine({ folder: folder.path, facilities: ['esrf'] });
    const path = await folder.compile('esrf', { ...ESRF, data: text('{"panfed":') });
    const [activation] = await engine.activate([{ owner: 'esrf', path }]);
    assert.equal(activation?.outcome, 'refused');
    assert.match(
      activation?.error?.message ?? '',
      /its data are not JSON or need more than 256 MiB of memory/,
    );
    const verdict = await engine.decide([images], member(0), null);
    assert.deepEqual([...verdict.bits(images, 'pull')], [0b0011]);
  });
});
