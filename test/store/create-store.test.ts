// From a configuration to its store, in the store's thread.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { limitsSchema } from '../../src/config/limits.ts';
import { digestOf } from '../../src/model/digest.ts';
import { createStore } from '../../src/store/create-store.ts';
import { KEY } from '../support/stored-crawls.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a store lets one registry have what limits.oci.storedBytes says', async (context) => {
  const store = await createStore(
    {
      store: { sqlite: 'store.sqlite' },
      demo: false,
      baseDirectory: temporaryFolder(context),
      limits: limitsSchema.parse({ oci: { storedBytes: 16_777_216 } }),
    },
    {
      env: {},
      readSecret: async () => '',
      federationSecret: Buffer.alloc(32, 7),
      logger: pino({ level: 'silent' }),
    },
  );
  assert.ok(store);
  context.after(() => store.close());
  for (let index = 0; index < 30; index += 1) {
    const bytes = Buffer.alloc(1_048_576, index);
    await store.documents.write(KEY, 'em/relion', [{ digest: digestOf(bytes), bytes }]);
  }
  const { documents } = await store.info();
  assert.ok(documents >= 14 && documents <= 15, `${documents} of 1 MiB`);
});
