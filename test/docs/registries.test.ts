// The kinds of registries in docs/operating.md: all of them, with an example that is valid.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { checkRegistries } from '../../src/config/check/registries.ts';
import { facilitySchema } from '../../src/config/facility.ts';
import { isCrawled, REGISTRY_KINDS } from '../../src/config/registry-kind.ts';
import type { Config } from '../../src/config/schema.ts';
import { blocksOf, tableBelow } from '../support/markdown.ts';

const page = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');
const section = page.slice(page.indexOf('### Kinds of registries'), page.indexOf('### Credentials'));
const [example] = blocksOf(section);

const crawled = REGISTRY_KINDS.filter(isCrawled);

describe('the page of kinds of registries', () => {
  test('has each kind that is crawled in its table', () => {
    const told = tableBelow(page, 'Kinds of registries').map(([kind = '']) => kind.replaceAll('`', ''));
    assert.deepEqual(told, crawled);
  });

  test('has one valid example of each', () => {
    const { registries } = parse((example?.lines ?? []).join('\n'));
    const facility = facilitySchema.parse({ id: 'lab', name: 'Lab', registries });
    assert.deepEqual(
      facility.registries.map(({ kind }) => kind),
      crawled,
    );
    const problems: string[] = [];
    checkRegistries({ demo: false, facilities: [facility] } as unknown as Config, (path, message) => {
      problems.push(`${path.join('.')}: ${message}`);
    });
    assert.deepEqual(problems, []);
  });
});
