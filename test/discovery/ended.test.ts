// Work on what is inside images ends with the request that asked for it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Contents } from '../../src/catalog/contents/contents.ts';
import { compareImages } from '../../src/discovery/compare.ts';
import { matchComponent } from '../../src/discovery/components.ts';
import type { View, VisibleItem } from '../../src/discovery/view.ts';
import { createPace, endingWith } from '../../src/model/pace.ts';
import { component, givenContents } from '../support/contents.ts';
import { imageRecord } from '../support/records.ts';

const IMAGES = [imageRecord({ repository: 'em/a' }), imageRecord({ repository: 'em/b' })] as const;

async function manyComponents(): Promise<Contents> {
  const contents = givenContents();
  await contents.put(
    new Map(
      IMAGES.map(({ id }, number) => [
        id,
        Array.from({ length: 5_000 }, (_, at) => component('openssl', `${number}.${at}`)),
      ]),
    ),
  );
  return contents.table;
}

describe('once the request has ended', () => {
  const ended = new AbortController();
  ended.abort(new Error('nobody waits'));
  const { signal } = ended;
  // Its turns are over at once.
  const pace = createPace(0);
  const view = {
    ...{ bounds: { signal }, parts: [] },
    verdict: { access: () => ({ pull: true, reasons: [] }) },
  } as unknown as View;

  test('images are not compared any more', async () => {
    const [a, b] = IMAGES.map((image) => ({ image, view }) as unknown as VisibleItem);
    assert.ok(a && b);
    const contents = await manyComponents();
    await assert.rejects(compareImages(a, b, contents, 10, endingWith(pace, signal)), /nobody waits/);
  });

  test('no components are looked through any more', async () => {
    const contents = await manyComponents();
    await assert.rejects(matchComponent(view, contents, 'openssl@<0.5', pace), /nobody waits/);
  });
});
