// Where a tag pointed, by a whole gateway with a store: over crawls and a restart, for those who may know and others.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configOf, type RunningGateway, startGateway } from '../support/gateway.ts';
import { digestOf } from '../support/records.ts';
import { type Node, startRegistry, testNode } from '../support/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LATEST = 'registry.psi.example/em/relion:latest';

const ASK = `query Ask($reference: String!, $asOf: DateTime!) {
  tagHistory(reference: $reference) { digest since until }
  now: image(reference: $reference) { digest notices { code tag since } }
  before: image(reference: $reference, asOf: $asOf) { digest tags }
}`;

interface Asked {
  readonly tagHistory: readonly {
    readonly digest: string | null;
    readonly since: string;
    readonly until: string | null;
  }[];
  readonly now: { readonly digest: string; readonly notices: readonly { readonly tag: string }[] } | null;
  readonly before: { readonly digest: string; readonly tags: readonly string[] } | null;
}

const image = (seed: number, tags: readonly string[], more: Node = {}): Node =>
  testNode('em/relion', { digest: digestOf(seed), tags, sharing: 'open', license: 'MIT', ...more });

const HIDDEN = { sharing: 'none' };

describe('a gateway with a store', () => {
  test('shows where a tag pointed, over crawls and a restart, without the images that are hidden from the caller', async (context) => {
    const registry = await startRegistry('psi', [image(1, ['latest', '1'])]);
    context.after(registry.close);
    const config = configOf({
      federation: { secret: { env: 'PANFED_SECRET' } },
      store: { sqlite: `${temporaryFolder(context)}/store.sqlite` },
      facilities: [
        {
          ...{ id: 'psi', name: 'PSI' },
          registries: [
            {
              key: 'main',
              kind: 'graphql',
              url: registry.url,
              pull: 'registry.psi.example',
              deadline: 5_000,
            },
          ],
        },
      ],
    });
    const open = (): Promise<RunningGateway> =>
      startGateway(config, { env: { PANFED_SECRET: 'a secret of the federation, for tests alone' } });
    const first = await open();
    const admin = await first.token('admin');
    const crawl = (gateway: RunningGateway, token: string) =>
      gateway.ask('{ images(maxAge: 0, first: 1) { complete } }', {}, token);
    await crawl(first, admin);
    registry.replace([image(1, ['1']), image(2, ['latest', '2'], HIDDEN)]);
    await crawl(first, admin);
    registry.replace([image(1, ['1']), image(2, ['2'], HIDDEN), image(3, ['latest', '3'])]);
    await crawl(first, admin);
    // What is stored behind the answer is there when it is closed.
    await first.close();

    const second = await open();
    context.after(() => second.close());
    const past = new Date(Date.now() - 3_600_000).toISOString();
    const { data, errors } = await second.ask<Asked>(ASK, { reference: LATEST, asOf: past });
    assert.deepEqual(errors, []);
    assert.deepEqual(
      data.tagHistory.map(({ digest }) => digest),
      [digestOf(3), null, digestOf(1)],
    );
    const [current, gone, before] = data.tagHistory;
    assert.deepEqual([current?.until, gone?.until, before?.until], [null, current?.since, gone?.since]);
    assert.equal(data.now?.digest, digestOf(3));
    assert.deepEqual(data.now?.notices, [{ code: 'TAG_MOVED', tag: 'latest', since: current?.since }]);
    assert.equal(data.before, null);

    const earlier = await second.ask<Asked>(ASK, { reference: LATEST, asOf: before?.since });
    assert.deepEqual(earlier.data.before, { digest: digestOf(1), tags: ['1'] });
    const hidden = await second.ask<Asked>(ASK, { reference: LATEST.replace('latest', '2'), asOf: past });
    const never = await second.ask<Asked>(ASK, { reference: LATEST.replace('latest', 'never'), asOf: past });
    assert.deepEqual(hidden.data.tagHistory, []);
    assert.equal(hidden.text, never.text);
  });
});
