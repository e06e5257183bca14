// The bound of one registry where several gateways write it at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { digestOf } from '../../src/model/digest.ts';
import { openStore } from '../../src/store/open.ts';
import { countedSize, ROW_BYTES } from '../../src/store/registry-usage.ts';
import { describeInPostgres } from '../support/engines.ts';
import { KEY, tampered } from '../support/stored-crawls.ts';

describeInPostgres('a registry that two gateways store at once', (makePlace) => {
  test('has no more than it may have, and what is counted is what there is', async (context) => {
    const place = await makePlace(context);
    const maxBytes = 20 * (1_000 + ROW_BYTES);
    const open = async () => {
      const store = await openStore({ place, secret: Buffer.alloc(32, 7), registryBytes: maxBytes });
      context.after(() => store.close());
      return store;
    };
    const stores = [await open(), await open()];
    await Promise.all(
      stores.map(async ({ documents }, gateway) => {
        for (let crawl = 0; crawl < 40; crawl += 1) {
          // Some are of both, in another order.
          const names = [crawl, crawl + 1, crawl + 2, `${gateway} ${crawl}`];
          const given = (gateway === 0 ? names : names.reverse()).map((name) => {
            const bytes = Buffer.from(String(name).padEnd(1_000));
            return { digest: digestOf(bytes), bytes };
          });
          await documents.write(KEY, 'em/relion', given);
          if (crawl % 10 === 0) await documents.prune(0);
        }
      }),
    );
    await tampered(place, async (db) => {
      const counted = await db
        .selectFrom('document')
        .select(sql<number>`sum(${countedSize('document')})`.as('bytes'))
        .executeTakeFirstOrThrow();
      const usage = await db.selectFrom('registry_usage').select('bytes').executeTakeFirstOrThrow();
      assert.equal(Number(usage.bytes), Number(counted.bytes));
      assert.ok(Number(usage.bytes) <= maxBytes && Number(usage.bytes) > 0, String(usage.bytes));
    });
  });
});
