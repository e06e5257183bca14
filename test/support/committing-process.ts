// A process that crawls and commits in a loop, for tests that kill it: prints the number of each crawl that the store has
// acknowledged. Argument: the store's place as JSON.
import { writeSync } from 'node:fs';
import { openStore } from '../../src/store/open.ts';
import { factsOf, imagesOf, textsOf } from './numbered-crawls.ts';
import { KEY, stored } from './stored-crawls.ts';

writeSync(1, 'started\n');
const place = JSON.parse(process.argv[2] ?? '');
const store = await openStore({ place, secret: Buffer.alloc(32, 7) });
const last = await store.crawls.find(KEY);
for (let number = (last?.crawledAt ?? 0) + 1; ; number += 1) {
  await stored(store, textsOf(number), factsOf(number), KEY, imagesOf(number));
  writeSync(1, `${number}\n`);
}
