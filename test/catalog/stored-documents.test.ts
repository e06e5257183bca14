import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { crawledKeys } from '../../src/catalog/crawled-keys.ts';
import { createStoredDocuments } from '../../src/catalog/stored-documents.ts';
import type { RegistryConfig } from '../../src/config/facility.ts';
import { digestOf } from '../../src/model/digest.ts';
import { openStore } from '../../src/store/open.ts';
import type { DocumentStore, RegistryKey, StoredDocument } from '../../src/store/store.ts';
import { fakeClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const registry = (key: string, kind: string) =>
  ({ key, kind, url: `https://${key}.example`, pull: `${key}.example` }) as RegistryConfig;
const FACILITIES = [
  {
    id: 'esrf',
    registries: [registry('main', 'oci'), registry('hub', 'dockerhub'), registry('own', 'graphql')],
  },
  { id: 'desy', registries: [registry('main', 'oci')] },
];
const NAME = { facility: 'esrf', registry: 'main', repository: 'em/relion' };
const documentOf = (text: string) => {
  const bytes = Buffer.from(text);
  return { key: { ...NAME, digest: digestOf(bytes) }, bytes };
};
const text = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString();

/** A store that notes what it is called with. */
function noted(store: DocumentStore) {
  const calls: string[] = [];
  return {
    calls,
    store: {
      ...store,
      read: (...args: Parameters<DocumentStore['read']>) => {
        calls.push(`read ${args[2].length}`);
        return store.read(...args);
      },
      write: (...args: Parameters<DocumentStore['write']>) => {
        calls.push(`write ${args[2].length}`);
        return store.write(...args);
      },
    },
  };
}

async function opened(context: TestContext, registryBytes?: number): Promise<DocumentStore> {
  const place = { kind: 'sqlite', path: `${temporaryFolder(context)}/store.sqlite` } as const;
  const secret = Buffer.alloc(32, 7);
  const store = await openStore({ place, secret, ...(registryBytes !== undefined && { registryBytes }) });
  context.after(() => store.close());
  return store.documents;
}

describe('documents that outlive the process', () => {
  test('are there for the next one, written and read many at a time', async (context) => {
    const { calls, store } = noted(await opened(context));
    const before = createStoredDocuments({ store, keyOf: crawledKeys(FACILITIES), clock: fakeClock() });
    const documents = Array.from({ length: 100 }, (_, at) => documentOf(`{"at":${at}}`));
    for (const { key, bytes } of documents) await before.put(key, bytes);
    await before.close();
    const after = createStoredDocuments({ store, keyOf: crawledKeys(FACILITIES), clock: fakeClock() });
    const read = await Promise.all(documents.map(({ key }) => after.get(key)));
    assert.deepEqual(
      read.map(text),
      documents.map(({ bytes }) => text(bytes)),
    );
    await Promise.all(documents.map(({ key }) => after.get(key)));
    assert.deepEqual(calls, ['write 100', 'read 100']);
  });

  test('are written a moment after they were put, whether or not more come', async (context) => {
    const { calls, store } = noted(await opened(context));
    const clock = fakeClock();
    const documents = createStoredDocuments({ store, keyOf: crawledKeys(FACILITIES), clock });
    const { key, bytes } = documentOf('{}');
    await documents.put(key, bytes);
    assert.deepEqual(calls, []);
    clock.pass(100);
    await turn();
    assert.deepEqual(calls, ['write 1']);
    await documents.close();
  });

  test('that the store removed for others of their registry are asked for again, and no other registry loses any', async (context) => {
    const store = await opened(context, 20_000);
    const create = () => createStoredDocuments({ store, keyOf: crawledKeys(FACILITIES), clock: fakeClock() });
    const before = create();
    const other = documentOf('{"of":"desy"}');
    await before.put({ ...other.key, facility: 'desy' }, other.bytes);
    const first = documentOf('{"first":true}');
    await before.put(first.key, first.bytes);
    await before.close();
    for (let crawl = 0; crawl < 10; crawl += 1) {
      const hostile = create();
      for (let at = 0; at < 5; at += 1) {
        const { key, bytes } = documentOf(`${crawl} ${at}`.padEnd(1_000));
        await hostile.put(key, bytes);
      }
      await hostile.close();
    }
    const after = create();
    assert.equal(text(await after.get({ ...other.key, facility: 'desy' })), '{"of":"desy"}');
    assert.equal(await after.get(first.key), null);
    await after.put(first.key, first.bytes);
    await after.close();
    assert.equal(text(await create().get(first.key)), '{"first":true}');
  });

  test('are those of the repository that served them', async (context) => {
    const store = await opened(context);
    const documents = createStoredDocuments({ store, keyOf: crawledKeys(FACILITIES), clock: fakeClock() });
    const { key, bytes } = documentOf('{"secret":true}');
    await documents.put(key, bytes);
    await documents.close();
    for (const other of [
      { ...key, repository: 'em/other' },
      { ...key, facility: 'desy' },
      { ...key, registry: 'hub' },
    ]) {
      assert.equal(await documents.get(other), null);
    }
    assert.equal(text(await documents.get(key)), '{"secret":true}');
  });

  test('are asked for again where the store cannot be used, and nobody waits for it', async () => {
    const failing = {
      read: () => Promise.reject(new Error('down')),
      write: () => Promise.reject(new Error('down')),
      prune: () => Promise.reject(new Error('down')),
    } as unknown as DocumentStore;
    const documents = createStoredDocuments({
      store: failing,
      keyOf: crawledKeys(FACILITIES),
      clock: fakeClock(),
    });
    const { key, bytes } = documentOf('{}');
    assert.equal(await documents.get(key), null);
    await documents.put(key, bytes);
    assert.equal(text(await documents.get(key)), '{}', 'in memory it is there');
    await documents.close();
  });

  test('of a registry without digests, or of a gateway without a store, are in memory alone', async (context) => {
    const { calls, store } = noted(await opened(context));
    const { key, bytes } = documentOf('{}');
    for (const documents of [
      createStoredDocuments({ store: undefined, keyOf: crawledKeys(FACILITIES), clock: fakeClock() }),
      createStoredDocuments({ store, keyOf: crawledKeys(FACILITIES), clock: fakeClock() }),
    ]) {
      const name = { ...key, registry: 'own' };
      await documents.put(name, bytes);
      assert.equal(text(await documents.get(name)), '{}');
      await documents.close();
    }
    assert.deepEqual(calls, []);
  });

  test('wait for a slow store up to a bound of bytes', async () => {
    const written: (readonly StoredDocument[])[] = [];
    let goOn = (): void => {};
    const slow = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const store = {
      write: async (_key: RegistryKey, _repository: string, some: readonly StoredDocument[]) => {
        await slow;
        written.push(some);
      },
    } as unknown as DocumentStore;
    const documents = createStoredDocuments({ store, keyOf: crawledKeys(FACILITIES), clock: fakeClock() });
    for (let at = 0; at < 5; at += 1) {
      const bytes = Buffer.alloc(20_000_000, at);
      await documents.put({ ...NAME, digest: digestOf(bytes) }, bytes);
    }
    goOn();
    await documents.close();
    assert.equal(written.flat().length, 3);
  });
});
