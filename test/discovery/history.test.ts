// Where tags pointed, as GraphQL answers it over given histories.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ANONYMOUS } from '../../src/model/subject.ts';
import type { LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import type { TagHistory, TagSpan } from '../../src/store/store.ts';
import { heldBy } from '../support/main-thread.ts';
import { digestOf, imageRecord } from '../support/records.ts';
import { historyOf } from '../support/tag-history.ts';
import { callerOf, createWorld, NOW, testEngine, type World, type WorldRegistry } from '../support/world.ts';

const SIGNED_IN = { ...ANONYMOUS.subject, authenticated: true, issuer: 'https://aai.example.org' };
const DAY = 86_400_000;
const daysAgo = (days: number): number => NOW - days * DAY;
const date = (days: number): string => new Date(daysAgo(days)).toISOString();

const span = (seed: number, since: number, until: number | null): TagSpan => ({
  digest: digestOf(seed),
  since: daysAgo(since),
  until: until === null ? null : daysAgo(until),
});

/** 1 and 3 are open, 2 is its lab's alone; nobody has 4 any more. */
const RECORDS = [
  imageRecord({ digest: digestOf(1), tags: ['3.1'] }),
  imageRecord({ digest: digestOf(2), tags: ['nightly'], sharing: 'none' }),
  imageRecord({ digest: digestOf(3), tags: ['3.2', 'latest'] }),
];
const ESRF: WorldRegistry = { facility: 'esrf', registry: 'main', records: RECORDS };
const LATEST = 'registry.esrf.example/em/relion:latest';

const HISTORY = {
  'esrf/main/em/relion:latest': [span(3, 2, null), span(2, 4, 2), span(1, 8, 6), span(4, 9, 8)],
  'esrf/main/em/relion:3.2': [span(3, 2, null)],
  'esrf/main/em/relion:nightly': [span(2, 1, null), span(4, 3, 1)],
  'esrf/main/em/relion:3.1': [span(1, 8, null)],
};

const SHOWN = [
  { digest: digestOf(3), since: date(2), until: null },
  { digest: null, since: date(6), until: date(2) },
  { digest: digestOf(1), since: date(8), until: date(6) },
];

describe('the history of tags', () => {
  let engine: LocalPolicyEngine;
  before(async () => {
    engine = await testEngine();
  });
  after(() => engine.close());

  const worldOf = (
    history: TagHistory | null = historyOf(HISTORY),
    registries: readonly WorldRegistry[] = [ESRF],
  ): Promise<World> => createWorld(registries, engine, { history });

  async function ask(world: World, query: string) {
    const { data, errors } = JSON.parse(await world.ask(query));
    return {
      data,
      codes: errors.map(({ extensions }: { extensions: { code: string } }) => extensions.code),
    };
  }

  const tagHistory = async (world: World, reference: string, more = '') =>
    (await ask(world, `{ tagHistory(reference: "${reference}"${more}) { digest since until } }`)).data
      .tagHistory;

  test('shows the digests of current images that may be discovered, and that the tag was gone at all other times', async () => {
    assert.deepEqual(await tagHistory(await worldOf(), LATEST), SHOWN);
    assert.deepEqual(await tagHistory(await worldOf(), LATEST, ', first: 1'), SHOWN.slice(0, 1));
  });

  test('is empty for a tag without any image that may be discovered, as for one that never was', async () => {
    const world = await worldOf();
    for (const name of ['em/relion:nightly', 'em/relion:none', 'none:1']) {
      assert.deepEqual(await tagHistory(world, `registry.esrf.example/${name}`), [], name);
    }
    assert.deepEqual(await tagHistory(world, 'elsewhere.example/em/relion:latest'), []);
  });

  test('of a digest in one repository shows nothing of it in another', async () => {
    const other = imageRecord({ repository: 'em/other', digest: digestOf(2), tags: ['3.1'] });
    const world = await worldOf(historyOf(HISTORY), [{ ...ESRF, records: [...RECORDS, other] }]);
    assert.deepEqual(await tagHistory(world, LATEST), SHOWN);
  });

  test('of registries with one address is that of the first that shows one, by one query each', async () => {
    const history = historyOf({ 'esrf/hub/em/relion:latest': HISTORY['esrf/main/em/relion:latest'] });
    const records = RECORDS.map(({ digest, tags, sharing }) =>
      imageRecord({ registry: 'hub', digest, tags, sharing }),
    );
    const untagged = { ...ESRF, records: RECORDS.map(({ digest }) => imageRecord({ digest, tags: [] })) };
    const world = await worldOf(history, [untagged, { facility: 'esrf', registry: 'hub', records }]);
    assert.deepEqual(await tagHistory(world, LATEST), SHOWN);
    assert.deepEqual(history.asked.toSorted(), ['esrf/hub/em/relion:latest', 'esrf/main/em/relion:latest']);
  });

  test('of a registry that is a file now is empty, whatever was stored before', async () => {
    const history = historyOf(HISTORY);
    const world = await worldOf(history, [{ ...ESRF, kind: 'file' }]);
    assert.deepEqual(await tagHistory(world, LATEST), []);
    assert.deepEqual(history.asked, []);
  });

  test('is as of the present snapshot where the store is behind it', async () => {
    const history = historyOf({ 'esrf/main/em/relion:latest': [span(1, 8, null)] });
    const world = await worldOf(history);
    assert.deepEqual(await tagHistory(world, LATEST), [
      { digest: digestOf(3), since: date(0), until: null },
      { digest: digestOf(1), since: date(8), until: date(0) },
    ]);
    const { data } = await ask(world, `{ image(digest: "${digestOf(3)}") { notices { code tag since } } }`);
    assert.deepEqual(data.image.notices, [{ code: 'TAG_MOVED', tag: 'latest', since: date(0) }]);
  });

  test('of a thousand images that share a hundred tags holds nobody up', async () => {
    const tags = Array.from({ length: 100 }, (_, n) => `t${n}`);
    const records = Array.from({ length: 1_000 }, (_, n) => imageRecord({ digest: digestOf(n), tags }));
    const large: TagHistory = {
      tags: async (_key, _repository, some) =>
        some.length > 1
          ? null
          : records.map(({ digest }) => ({
              tag: some[0] ?? '',
              digest: digest ?? '',
              since: 1,
              until: null,
            })),
    };
    const world = await worldOf(large, [{ ...ESRF, records }]);
    const { result, held } = await heldBy(() =>
      ask(world, `{ image(digest: "${digestOf(1)}") { tagHistory(first: 100) { tag } notices { code } } }`),
    );
    assert.equal(result.data.image.tagHistory.length, 100);
    assert.ok(held < 150, `${held.toFixed()} ms`);
  });

  test('of an image has the spans of all its tags, the newest first', async () => {
    const { data } = await ask(
      await worldOf(),
      `{ image(reference: "${LATEST}") { tagHistory { tag digest since } few: tagHistory(first: 2) { tag } } }`,
    );
    assert.deepEqual(
      data.image.tagHistory.map(({ tag, since }: { tag: string; since: string }) => [tag, since]),
      [
        ['3.2', date(2)],
        ['latest', date(2)],
        ['latest', date(6)],
        ['latest', date(8)],
      ],
    );
    assert.deepEqual(data.image.few, [{ tag: '3.2' }, { tag: 'latest' }]);
  });

  test('of an image is read once a tag, of a hundred tags at most, however many fields need it', async () => {
    const tags = Array.from({ length: 103 }, (_, n) => `t${n}`);
    const history = historyOf({});
    const world = await worldOf(history, [{ ...ESRF, records: [imageRecord({ tags })] }]);
    await ask(
      world,
      '{ images { nodes { a: tagHistory { tag } b: tagHistory(first: 1) { tag } notices { code } } } }',
    );
    assert.deepEqual(
      history.asked,
      tags.slice(0, 100).map((tag) => `esrf/main/em/relion:${tag}`),
    );
  });

  describe('of a tag that pointed to too many images to be read at once', () => {
    /** What was asked for by digests, and the spans of these. */
    function tooLarge(known: readonly TagSpan[]): {
      readonly asked: (readonly string[])[];
      history: TagHistory;
    } {
      const asked: (readonly string[])[] = [];
      const history: TagHistory = {
        tags: async (_key, _repository, tags, digests) => {
          if (digests === null) return null;
          asked.push(digests);
          const found = known.filter(({ digest }) => digests.includes(digest));
          return tags.flatMap((tag) => found.map((span) => ({ tag, ...span })));
        },
      };
      return { asked, history };
    }

    test('is read by those that may be discovered', async () => {
      const { asked, history } = tooLarge(HISTORY['esrf/main/em/relion:latest']);
      const other = imageRecord({ repository: 'em/other', digest: digestOf(5) });
      const world = await worldOf(history, [{ ...ESRF, records: [...RECORDS, other] }]);
      assert.deepEqual(await tagHistory(world, LATEST), SHOWN);
      assert.deepEqual(asked, [[digestOf(1), digestOf(3)]]);
    });

    test('is read two hundred of them at a time', async () => {
      const records = Array.from({ length: 201 }, (_, n) =>
        imageRecord({ digest: digestOf(n), tags: n === 200 ? ['latest'] : [] }),
      );
      const { asked, history } = tooLarge([span(200, 1, null), span(0, 2, 1)]);
      const world = await worldOf(history, [{ ...ESRF, records }]);
      assert.equal((await tagHistory(world, LATEST)).length, 2);
      assert.deepEqual(
        asked.map(({ length }) => length),
        [200, 1],
      );
    });
  });

  describe('as of a time', () => {
    const asOf = async (world: World, days: number, more = `reference: "${LATEST}"`) =>
      ask(world, `{ image(${more}, asOf: "${date(days)}") { digest tags } }`);

    test('has the image that the tag pointed to then, as it is now', async () => {
      const world = await worldOf();
      assert.deepEqual((await asOf(world, 7)).data.image, { digest: digestOf(1), tags: ['3.1'] });
      assert.deepEqual((await asOf(world, 1)).data.image, { digest: digestOf(3), tags: ['3.2', 'latest'] });
    });

    test('has none where it was gone, pointed to what may not be discovered or is no more, or was not seen yet', async () => {
      const world = await worldOf();
      for (const days of [3, 5, 8.5, 10]) {
        assert.deepEqual(await asOf(world, days), { data: { image: null }, codes: [] }, String(days));
      }
    });

    test('of now or later is as without one, with a history and without', async () => {
      for (const world of [await worldOf(), await worldOf(null)]) {
        for (const days of [0, -1]) {
          assert.equal((await asOf(world, days)).data.image.digest, digestOf(3));
        }
      }
    });

    test('before now is HISTORY_NOT_KEPT without a history, whether there is such a tag or not', async () => {
      const world = await worldOf(null);
      for (const reference of [LATEST, 'registry.esrf.example/em/none:1']) {
        const answer = await asOf(world, 1, `reference: "${reference}"`);
        assert.deepEqual(answer, { data: { image: null }, codes: ['HISTORY_NOT_KEPT'] });
      }
    });

    test('is BAD_INPUT with an id or a digest, which are always the same image', async () => {
      const world = await worldOf();
      for (const name of [
        `digest: "${digestOf(1)}"`,
        `id: "${RECORDS[0]?.id}"`,
        `reference: "${RECORDS[0]?.reference}"`,
      ]) {
        assert.deepEqual((await asOf(world, 1, name)).codes, ['BAD_INPUT'], name);
      }
    });

    test('is BAD_INPUT unless it is a time of RFC 3339 with its zone', async () => {
      const world = await worldOf();
      const query = 'query ($at: DateTime) { image(reference: "x/y:1", asOf: $at) { id } }';
      for (const at of ['2025-12-01', '2025-12-01T00:00:00', 'yesterday', '1', '2025-13-01T00:00:00Z']) {
        const { errors } = JSON.parse(await world.ask(query, { at }));
        assert.ok(errors.length > 0, at);
      }
      for (const at of ['2025-12-01T00:00:00Z', '2025-12-01T00:00:00.123+01:00']) {
        assert.deepEqual(JSON.parse(await world.ask(query, { at })).errors, [], at);
      }
    });
  });

  test('is empty where none is kept', async () => {
    const world = await worldOf(null);
    assert.deepEqual(await tagHistory(world, LATEST), []);
    const { data } = await ask(
      world,
      `{ image(reference: "${LATEST}") { tagHistory { tag } notices { code } } }`,
    );
    assert.deepEqual(data.image, { tagHistory: [], notices: [] });
  });

  test('is SOURCE_UNAVAILABLE where a registry that could have the tag has no snapshot, and no other', async () => {
    const world = await worldOf(historyOf(HISTORY), [
      ESRF,
      { facility: 'desy', registry: 'main', records: null },
    ]);
    assert.deepEqual(await tagHistory(world, LATEST), SHOWN);
    for (const name of ['em/relion:1', 'none:2']) {
      const answer = await ask(
        world,
        `{ tagHistory(reference: "registry.desy.example/${name}") { digest } }`,
      );
      assert.deepEqual(answer, { data: { tagHistory: null }, codes: ['SOURCE_UNAVAILABLE'] });
    }
  });

  test('is read twice at a time for one caller and four times for all, whoever asks for how much', {
    timeout: 30_000,
  }, async () => {
    const underWay: string[] = [];
    let most = 0;
    let goOn = (): void => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const slow: TagHistory = {
      tags: async (_key, _repository, [tag = '']) => {
        most = Math.max(most, underWay.push(tag));
        await held;
        underWay.splice(underWay.indexOf(tag), 1);
        return [];
      },
    };
    const world = await worldOf(slow);
    const fields = Array.from(
      { length: 20 },
      (_, index) =>
        `t${index}: tagHistory(reference: "registry.esrf.example/em/relion:NAME${index}") { digest }`,
    ).join(' ');
    const questions = ['a', 'b', 'c'].map((name) =>
      world.ask(`{ ${fields.replaceAll('NAME', name)} }`, {}, callerOf(SIGNED_IN, name)),
    );
    while (underWay.length < 4) await sleep(5);
    const callers = new Map<string, number>();
    for (const [name = ''] of underWay) callers.set(name, (callers.get(name) ?? 0) + 1);
    assert.ok([...callers.values()].every((count) => count <= 2));
    goOn();
    await Promise.all(questions);
    assert.equal(most, 4);
  });

  test('is STORE_UNAVAILABLE where it cannot be read, and says nothing of the store', async () => {
    const failing: TagHistory = { tags: () => Promise.reject(new Error('/var/lib/store: disk I/O error')) };
    const world = await worldOf(failing);
    const text = await world.ask(`{ tagHistory(reference: "${LATEST}") { digest } }`);
    assert.match(text, /"STORE_UNAVAILABLE"/);
    assert.doesNotMatch(text, /disk|var/);
  });

  test('refuses a reference without a tag', async () => {
    const world = await worldOf();
    for (const name of ['registry.esrf.example/em/relion', 'x:5000/relion', `x/y@${digestOf(1)}`, '']) {
      const { codes } = await ask(world, `{ tagHistory(reference: "${name}") { digest } }`);
      assert.deepEqual(codes, ['BAD_INPUT'], name);
    }
  });

  describe('the notice that a tag moved', () => {
    const noticesOf = async (world: World, digest: string) =>
      (await ask(world, `{ image(digest: "${digest}") { notices { code message tag since } } }`)).data.image
        .notices;

    test('is on the image that it points to now, for a week', async () => {
      const world = await worldOf();
      assert.deepEqual(await noticesOf(world, digestOf(3)), [
        {
          code: 'TAG_MOVED',
          message: `The tag latest moved to this image at ${date(2)}: before, it pointed to another one.`,
          tag: 'latest',
          since: date(2),
        },
      ]);
      assert.deepEqual(await noticesOf(world, digestOf(1)), []);
    });

    test('is not there after that time', async () => {
      const history = historyOf({ 'esrf/main/em/relion:latest': [span(3, 7.1, null), span(1, 8, 7.1)] });
      assert.deepEqual(await noticesOf(await worldOf(history), digestOf(3)), []);
    });

    test('is not there where the image before may not be discovered, or is no more', async () => {
      for (const seed of [2, 4]) {
        const history = historyOf({ 'esrf/main/em/relion:latest': [span(3, 1, null), span(seed, 3, 1)] });
        assert.deepEqual(await noticesOf(await worldOf(history), digestOf(3)), [], String(seed));
      }
    });

    test('is one that nothing is known where the history cannot be read, so that the image is shown nevertheless', async () => {
      const failing: TagHistory = { tags: () => Promise.reject(new Error('gone')) };
      const [notice, ...more] = await noticesOf(await worldOf(failing), digestOf(3));
      assert.deepEqual(
        [notice.code, notice.tag, notice.since, more],
        ['HISTORY_UNAVAILABLE', null, null, []],
      );
    });
  });
});
