// Choices as callers write them: names in any case, synonyms, techniques with all below them, and what is not known.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ANONYMOUS, type Caller } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import { IMAGES } from '../support/questions.ts';
import { condition, digestOf, GROUPS, imageRecord, license } from '../support/records.ts';
import { subject } from '../support/subjects.ts';
import { callerOf, createWorld, NOW, testEngine, type World } from '../support/world.ts';

let engine: LocalPolicyEngine;
let world: World;

const OPEN = imageRecord({
  repository: 'em/relion',
  frameworks: [{ name: 'RELION', version: '4.0', raw: 'relion' }],
});
const TOMO = imageRecord({
  facility: 'desy',
  repository: 'tomo/tofu',
  digest: digestOf(2),
  title: 'tofu',
  frameworks: [{ name: 'tofu', version: '0.12', raw: 'tofu' }],
  techniques: ['PaNET01203'],
  license: license({ expression: 'LGPL-3.0-only', raw: 'LGPLv3' }),
  reads: ['NXtomo'],
  writes: ['TIFF'],
  platforms: ['linux/arm64'],
});
const SECRET = imageRecord({
  repository: 'em/secret',
  digest: digestOf(3),
  title: 'Secret',
  frameworks: [{ name: 'Hush', version: '1', raw: 'Hush' }],
  sharing: 'conditional',
  stated: { sharing: 'conditional' },
  groups: [GROUPS[4]],
  platforms: ['linux/s390x'],
});

before(async () => {
  engine = await testEngine();
  world = await createWorld(
    [
      { facility: 'desy', registry: 'main', records: [TOMO] },
      { facility: 'esrf', registry: 'main', records: [OPEN, SECRET] },
    ],
    engine,
  );
});
after(() => engine.close());

const member: Caller = callerOf(subject({ groups: [GROUPS[4]] }), 'member');

async function ask(variables: Record<string, unknown>, caller = ANONYMOUS, of = world) {
  const { data, errors, refused } = JSON.parse(await of.ask(IMAGES, variables, caller));
  return {
    images: data?.images ?? null,
    titles: data?.images?.edges.map((edge: { node: { title: string } }) => edge.node.title),
    error: errors?.[0] ?? refused,
  };
}

describe('a choice', () => {
  test('names a facility by its id or name, in any case', async () => {
    for (const facilities of [['ESRF'], ['lab esrf'], ['esrf', 'Esrf']]) {
      assert.deepEqual((await ask({ only: { facilities } })).titles, ['RELION 3.1']);
    }
  });

  test('names a framework by a synonym', async () => {
    assert.deepEqual((await ask({ only: { frameworks: ['relion'] } })).titles, ['RELION 3.1']);
  });

  test('of a technique includes all narrower ones', async () => {
    const broader = 'PaNET00001';
    const { images } = await ask({ only: { techniques: [broader] } });
    assert.ok(images.totalCount >= 1, 'an image of a narrower technique');
    const facet = images.facets.find(({ field }: { field: string }) => field === 'TECHNIQUE');
    assert.ok(
      facet.values.some(
        ({ value, chosen }: { value: string; chosen: boolean }) => value === broader && chosen,
      ),
    );
  });

  test('of a format includes all whose files are files of it, and is counted so', async () => {
    for (const format of ['NXtomo', 'NeXus', 'HDF5', '.nxs']) {
      const { titles, images } = await ask({ only: { reads: [format] } });
      assert.deepEqual(titles, ['tofu'], format);
      const facet = images.facets.find(({ field }: { field: string }) => field === 'READS');
      const chosen = facet.values.filter(({ chosen }: { chosen: boolean }) => chosen);
      assert.deepEqual(
        chosen.map(({ count }: { count: number }) => count),
        [images.totalCount],
      );
    }
    for (const narrower of ['NXmx', 'OME-TIFF'])
      assert.deepEqual((await ask({ only: { reads: [narrower] } })).titles, [], narrower);
    assert.deepEqual((await ask({ only: { writes: ['OME-TIFF'] } })).titles, []);
    assert.deepEqual((await ask({ except: { reads: ['HDF5'] } })).titles?.includes('tofu'), false);
  });

  test('of an ending that several formats have is unknown, and some of them are suggested', async () => {
    const { error } = await ask({ only: { reads: ['.h5'] } });
    assert.deepEqual(error.extensions.suggestions, ['HDF5', 'NeXus', 'Eiger-HDF5']);
  });

  test('names a license by any spelling that the vocabulary reads', async () => {
    assert.deepEqual((await ask({ only: { licenses: ['lgpl-3.0-ONLY'] } })).titles, ['tofu']);
  });

  test('of a license finds what may be had under it alone, and each alternative is in the facet', async () => {
    const under = (repository: string, seed: number, expression: string) =>
      imageRecord({
        ...{ repository, title: repository, digest: digestOf(seed) },
        license: license({ expression, raw: expression }),
      });
    const other = await createWorld(
      [
        {
          ...{ facility: 'esrf', registry: 'main' },
          records: [
            under('both', 21, 'Apache-2.0 AND MIT'),
            under('either', 22, 'Apache-2.0 OR MIT'),
            under('mit', 23, 'MIT'),
          ],
        },
      ],
      engine,
    );
    const { titles } = await ask({ only: { licenses: ['MIT'] } }, ANONYMOUS, other);
    assert.deepEqual(titles.sort(), ['either', 'mit']);
    for (const text of ['MIT OR Apache-2.0', 'Apache-2.0 | MIT']) {
      assert.deepEqual(
        (await ask({ only: { licenses: [text] } }, ANONYMOUS, other)).titles,
        ['either'],
        text,
      );
    }
    assert.deepEqual((await ask({ except: { licenses: ['MIT'] } }, ANONYMOUS, other)).titles, ['both']);
    const { data } = JSON.parse(
      await other.ask('{ images { facets(fields: [LICENSE]) { values { value count } } } }', {}, ANONYMOUS),
    );
    assert.deepEqual(data.images.facets[0].values, [
      { value: 'MIT', count: 2 },
      { value: 'Apache-2.0', count: 1 },
      { value: 'Apache-2.0 AND MIT', count: 1 },
      { value: 'Apache-2.0 OR MIT', count: 1 },
    ]);
  });

  test('of [] or null is not given', async () => {
    assert.equal((await ask({ only: { frameworks: [], techniques: null } })).images.totalCount, 2);
  });

  test('that nobody knows is BAD_CHOICE with the nearest that the caller may know', async () => {
    const { error } = await ask({ only: { frameworks: ['relin'] } });
    assert.equal(error.extensions.code, 'BAD_CHOICE');
    assert.ok(error.extensions.suggestions.includes('RELION'));
  });

  test('that is unknown is reported within bounds, however many there are', async () => {
    const frameworks = Array.from({ length: 100 }, (_, number) => `nothing of the name ${number}`);
    const { error } = await ask({ only: { frameworks }, except: { frameworks }, prefer: { frameworks } });
    assert.equal(error.extensions.unknown.length, 8);
    assert.match(error.message, /292 more/);
    assert.ok(!error.message.includes('name 8'));
  });

  test('of a value that only others may see is unknown like one that nobody has', async () => {
    const hidden = await ask({ only: { frameworks: ['Hush'] } });
    assert.equal(hidden.error.extensions.code, 'BAD_CHOICE');
    assert.deepEqual((await ask({ only: { frameworks: ['Hush'] } }, member)).titles, ['Secret']);
    const near = await ask({ only: { platforms: ['linux/s390'] } });
    assert.ok(!JSON.stringify(near.error).includes('s390x'));
    const told = await ask({ only: { platforms: ['linux/s390'] } }, member);
    assert.ok(JSON.stringify(told.error).includes('linux/s390x'));
  });

  test('that nobody knows while a registry has no snapshot is a notice and an empty answer', async () => {
    const partial = await createWorld(
      [
        { facility: 'desy', registry: 'main', records: null },
        { facility: 'esrf', registry: 'main', records: [OPEN] },
      ],
      engine,
    );
    const { images, error } = await ask({ only: { frameworks: ['neverheard'] } }, ANONYMOUS, partial);
    assert.equal(error, undefined);
    assert.equal(images.totalCount, 0);
    assert.equal(images.complete, false);
    assert.equal(images.notices[0].code, 'UNKNOWN_CHOICE');
    const except = await ask({ except: { frameworks: ['neverheard'] } }, ANONYMOUS, partial);
    assert.equal(except.images.totalCount, 0, 'an except is never skipped');
  });

  test('of facilities decides which ones to refresh, and the others’ snapshots still count in their facet', async () => {
    const { images } = await ask({ only: { facilities: ['esrf'] } });
    const [request] = world.refreshes;
    assert.equal(request?.skip?.('desy', 'main'), true);
    assert.equal(request?.skip?.('esrf', 'main'), false);
    assert.deepEqual(
      images.sources.map(({ facility, status }: { facility: { id: string }; status: string }) => [
        facility.id,
        status,
      ]),
      [
        ['desy', 'SKIPPED'],
        ['esrf', 'OK'],
      ],
    );
    const facet = images.facets.find(({ field }: { field: string }) => field === 'FACILITY');
    assert.deepEqual(facet.values, [
      { value: 'desy', label: 'Lab DESY', count: 1, chosen: false },
      { value: 'esrf', label: 'Lab ESRF', count: 1, chosen: true },
    ]);
  });

  test('of EXECUTE without a place says what is missing', async () => {
    const { images } = await ask({ only: { may: ['EXECUTE'] } });
    assert.deepEqual(
      images.notices.map(({ code }: { code: string }) => code),
      ['AT_REQUIRED'],
    );
    assert.deepEqual((await ask({ only: { may: ['EXECUTE'] }, at: 'esrf' }, member)).images.notices, []);
  });

  test('of an unknown place is refused as an unknown facility is', async () => {
    const { error } = await ask({ at: 'esfr' });
    assert.equal(error.extensions.code, 'BAD_CHOICE');
    assert.deepEqual(error.extensions.suggestions, ['esrf']);
  });
});

describe('freshness', () => {
  test('has a floor for who asks', async () => {
    const admin: Caller = { ...callerOf(subject(), 'admin'), roles: ['admin'] };
    for (const [caller, floor] of [
      [ANONYMOUS, 60],
      [member, 10],
      [admin, 0],
    ] as const) {
      await ask({ maxAge: 0 }, caller);
      assert.equal(world.refreshes[0]?.maxAge, floor);
    }
    await ask({ maxAge: 300 });
    assert.equal(world.refreshes[0]?.maxAge, 300);
    await ask({});
    assert.equal(world.refreshes[0]?.maxAge, null);
  });

  test('and quarantine are shown to the admin as counts, and to nobody else', async () => {
    const admin: Caller = { ...callerOf(subject(), 'admin'), roles: ['admin'] };
    const figures = async (caller: Caller) => (await ask({}, caller)).images.sources[0];
    assert.deepEqual([(await figures(admin)).quarantined, (await figures(admin)).tookMs], [0, 1]);
    assert.deepEqual([(await figures(member)).quarantined, (await figures(member)).tookMs], [null, null]);
    assert.equal(NOW, world.states()[0]?.checkedAt);
  });

  test('lists to the admin what is quarantined and why, and to nobody else', async () => {
    const admin: Caller = { ...callerOf(subject(), 'admin'), roles: ['admin'] };
    const one = await createWorld(
      [
        {
          facility: 'esrf',
          registry: 'main',
          records: [OPEN],
          quarantined: [{ subject: 'em/broken', reason: 'sharing: opne', repository: 'em/broken' }],
        },
      ],
      engine,
    );
    const document = '{ images { sources { quarantined quarantine(first: 5) { subject reason } } } }';
    const told = async (caller: Caller) =>
      JSON.parse(await one.ask(document, {}, caller)).data.images.sources[0];
    assert.deepEqual(await told(admin), {
      quarantined: 1,
      quarantine: [{ subject: 'em/broken', reason: 'sharing: opne' }],
    });
    assert.deepEqual(await told(member), { quarantined: null, quarantine: null });
  });
});

describe('an image looked up by name', () => {
  const document =
    'query ($id: ID, $d: Digest, $r: String) { image(id: $id, digest: $d, reference: $r) { title } }';

  test('is found by id, digest, and any of its references', async () => {
    for (const variables of [
      { id: OPEN.id },
      { d: OPEN.digest },
      { r: OPEN.reference },
      { r: 'registry.esrf.example/em/relion:3.1' },
    ]) {
      assert.match(await world.ask(document, variables), /RELION 3\.1/, JSON.stringify(variables));
    }
  });

  test('is null for who may not discover it, as for what does not exist', async () => {
    assert.equal(
      await world.ask(document, { id: SECRET.id }),
      await world.ask(document, { id: `${SECRET.id}0` }),
    );
    assert.match(await world.ask(document, { id: SECRET.id }, member), /Secret/);
  });

  test('is SOURCE_UNAVAILABLE, whether or not it exists, where its registry has no snapshot', async () => {
    const partial = await createWorld(
      [
        { facility: 'desy', registry: 'main', records: null },
        { facility: 'esrf', registry: 'main', records: [OPEN] },
      ],
      engine,
    );
    assert.match(await partial.ask(document, { id: 'desy/main/x@y' }), /SOURCE_UNAVAILABLE/);
    assert.match(await partial.ask(document, { id: OPEN.id }), /RELION/);
    assert.match(await partial.ask(document, { d: OPEN.digest }), /SOURCE_UNAVAILABLE/);
    assert.match(await partial.ask('{ node(id: "desy/main/x@y") { id } }'), /SOURCE_UNAVAILABLE/);
    assert.match(await partial.ask('{ node(id: "psi/main/x@y") { id } }'), /"node":null/);
  });

  test('takes exactly one name', async () => {
    assert.match(await world.ask(document, {}), /BAD_INPUT/);
    assert.match(await world.ask(document, { id: OPEN.id, r: OPEN.reference }), /BAD_INPUT/);
  });
});

describe('access', () => {
  test('depends on the place where the field says it, not on another’s', async () => {
    const document =
      '{ images(only: {frameworks: ["RELION"]}, at: "hzb") { edges { access { execute } node { none: access { execute } esrf: access(at: "esrf") { execute } kit: access(at: "kit") { execute } } } } }';
    const { data } = JSON.parse(await world.ask(document, {}, member));
    assert.deepEqual(data.images.edges[0], {
      access: { execute: true },
      node: { none: { execute: false }, esrf: { execute: true }, kit: { execute: false } },
    });
  });

  test('explains a denial, and what to do', async () => {
    const academic = imageRecord({
      digest: digestOf(9),
      license: license({ conditions: [condition('academic')] }),
    });
    const one = await createWorld(
      [{ facility: 'kit', registry: 'main', records: [{ ...academic, facility: 'kit' }] }],
      engine,
    );
    const answer = await one.ask(
      '{ images { nodes { access { pull reasons { code action message remedy policy } } } } }',
      {},
      callerOf(subject({ academic: false })),
    );
    const [reason] = JSON.parse(answer).data.images.nodes[0].access.reasons.filter(
      ({ action }: { action: string }) => action === 'PULL',
    );
    assert.equal(reason.code, 'LICENSE_ACADEMIC_ONLY');
    assert.equal(reason.policy, 'federation');
    assert.ok(reason.message.length > 10 && reason.remedy.length > 10);
  });

  test('with the remedy of the facility that states the condition', async () => {
    const records = ['Register at https://lab.example.', null].map((remedy, index) =>
      imageRecord({
        digest: digestOf(index + 1),
        sharing: 'open',
        license: license({ conditions: [condition('namedUser', { remedy })] }),
      }),
    );
    const { ask } = await createWorld([{ facility: 'esrf', registry: 'main', records }], engine);
    const document = '{ images(orderBy: NAME) { nodes { access { reasons { action remedy } } } } }';
    const { nodes } = JSON.parse(await ask(document, {}, callerOf(subject()))).data.images;
    const pulls = nodes.map(({ access }: { access: { reasons: { action: string; remedy: string }[] } }) =>
      access.reasons.filter(({ action }) => action === 'PULL').map(({ remedy }) => remedy),
    );
    assert.deepEqual(pulls, [
      ['Register at https://lab.example.'],
      ['Ask whoever holds the license to name you.'],
    ]);
  });
});
