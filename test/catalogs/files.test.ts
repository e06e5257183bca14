// The catalog files as files: what a reader of them is promised, before anything is made of them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { catalogs, demo, type Entry, heldDigest } from './demo.ts';

const entries: readonly Entry[] = catalogs.flatMap((catalog) => catalog.entries);

/** What an image is, as opposed to what a lab says of it: two images of one digest cannot differ in these. */
const CONTENT = ['created', 'size', 'platforms', 'frameworks', 'requires', 'license', 'labels'] as const;

describe('the demo catalogs', () => {
  test('hold at least 200 images, and at least 12 of each of the nine labs', () => {
    const counts = new Map(demo.config.facilities.map(({ id }) => [id, 0]));
    for (const { facility, entries } of catalogs) {
      counts.set(facility, (counts.get(facility) ?? 0) + entries.length);
    }
    assert.equal(counts.size, 9);
    for (const [facility, count] of counts) assert.ok(count >= 12, `${facility} has ${count}`);
    assert.ok(entries.length >= 200, `${entries.length} in all`);
  });

  test('say in their first lines that they are sample data, digests included', () => {
    for (const { path, text } of catalogs) {
      const head = text.slice(0, text.indexOf('\nfacility:'));
      assert.match(head, /^# Sample data: /, path);
      assert.match(head.replaceAll('\n# ', ' '), /Every digest is a sample value/, path);
    }
  });

  test('are of the facility that federation.yaml serves them for', () => {
    for (const { path, says, facility } of catalogs) assert.equal(says, facility, path);
  });

  test('have digests that anyone can make again from the repository and version of one of their holders, or that the demo makes', () => {
    const made = (facility: string, { repository, tags }: Entry): string =>
      `sha256:${createHash('sha256').update(`sample:${facility}/${repository}:${tags[0]}`).digest('hex')}`;
    const known = new Set(
      catalogs.flatMap((catalog) =>
        catalog.entries.flatMap((one) => [
          made(catalog.facility, one),
          ...(catalog.isServed ? [heldDigest(catalog, one)] : []),
        ]),
      ),
    );
    for (const { digest, repository } of entries) assert.ok(known.has(digest), `${repository} ${digest}`);
  });

  test('say the same of an image wherever its digest is held', () => {
    const seen = new Map<string, Entry>();
    for (const catalog of catalogs) {
      for (const entry of catalog.entries) {
        const digest = heldDigest(catalog, entry);
        const other = seen.get(digest);
        seen.set(digest, entry);
        for (const field of CONTENT) {
          if (other !== undefined) assert.deepEqual(entry[field], other[field], `${digest} ${field}`);
        }
      }
    }
  });

  test('hold a digest once in a repository, and a tag once', () => {
    for (const { path, entries } of catalogs) {
      const names = entries.flatMap(({ repository, digest, tags }) =>
        [digest, ...tags.map((tag) => `:${tag}`)].map((name) => `${repository} ${name}`),
      );
      assert.deepEqual(repeated(names), [], path);
    }
  });

  test('are ordered by repository', () => {
    for (const { path, entries } of catalogs) {
      const repositories = entries.map(({ repository }) => repository);
      assert.deepEqual(repositories, repositories.toSorted(), path);
    }
  });

  test('were made between 2014 and 2026, and cover both ends', () => {
    const years = entries.map(({ created }) => Number(String(created).slice(0, 4)));
    assert.equal(Math.min(...years), 2014);
    assert.equal(Math.max(...years), 2026);
  });

  test('hold nothing that looks like a credential', () => {
    const credential =
      /-----BEGIN|\beyJ[\w-]{10}|\bAKIA[0-9A-Z]{16}|\bgh[opsu]_\w{20}|\bglpat-|:\/\/[^/\s@]*:[^/\s@]*@|(password|passwd|secret|api[-_]?key|access[-_]?token)\s*[:=]/i;
    for (const { path, text } of catalogs) assert.doesNotMatch(text, credential, path);
  });
});

function repeated(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => seen.has(name) || !seen.add(name));
}
