// 1,093 real images of BioContainers, which carry nothing but labels, through the real file source and vocabulary as
// one more facility.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pino } from 'pino';
import parseSpdx from 'spdx-expression-parse';
import { createCatalog } from '../../src/catalog/create-catalog.ts';
import { facilitySchema } from '../../src/config/facility.ts';
import { cacheSchema, limitsSchema } from '../../src/config/limits.ts';
import { createFileSource } from '../../src/sources/file.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';
import { needsShared, sharedData } from '../support/shared.ts';

const FILE = 'biocontainers/labels.ndjson';

test(
  'every BioContainers image is valid or quarantined, and no unrecognized license is usable',
  needsShared(FILE),
  async (t) => {
    const path = sharedData(FILE)!;
    const lines = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const limits = limitsSchema.parse({});
    const facility = facilitySchema.parse({
      id: 'biocontainers',
      name: 'BioContainers',
      registries: [{ key: 'hub', kind: 'file', url: path, pull: 'docker.io' }],
    });
    const catalog = createCatalog({
      config: { facilities: [facility], limits, cache: cacheSchema.parse({}) },
      sources: [createFileSource({ facility: 'biocontainers', registry: 'hub', path, limits })],
      vocabulary: loadVocabulary(),
      logger: pino({ level: 'silent' }),
    });
    const [state] = await catalog.refresh({ maxAge: null });
    await catalog.close();
    const snapshot = state?.snapshot;
    assert.ok(snapshot, state?.failure?.message);

    // No image is lost: each line is one record, part of one, or quarantined under its own name.
    const ids = new Set(snapshot.records.map(({ id }) => id));
    const refused = snapshot.quarantined.map(({ subject }) => subject);
    const nameOf = (line: { repository: string; tag: string }) => `${line.repository}:${line.tag}`;
    for (const line of lines) {
      const name = nameOf(line);
      assert.ok(
        ids.has(`biocontainers/hub/${name}`) || refused.some((subject) => subject.endsWith(name)),
        name,
      );
    }
    assert.equal(snapshot.records.length, ids.size);
    const duplicates = lines.length - new Set(lines.map(nameOf)).size;
    const entries = snapshot.records.length + snapshot.quarantinedCount;
    assert.ok(entries <= lines.length && entries >= lines.length - duplicates);

    const unrecognized = new Map<string, number>();
    let normalized = 0;
    for (const { license, sharing, stated } of snapshot.records) {
      // No facility stated sharing, and labels alone open nothing.
      assert.deepEqual([sharing, stated.sharing], ['unknown', 'unknown']);
      if (license.state === 'normalized') {
        normalized += 1;
        parseSpdx(license.expression ?? '');
      } else {
        assert.equal(license.expression, null);
        assert.equal(license.conditionsKnown, false, `${license.raw} is not recognized`);
      }
      if (license.state === 'declared') {
        unrecognized.set(license.raw ?? '', (unrecognized.get(license.raw ?? '') ?? 0) + 1);
      }
    }
    // No statement of terms and no version is lost.
    const inState = (state: string) =>
      snapshot.records.filter(({ license }) => license.state === state).length;
    assert.deepEqual([inState('normalized'), inState('declared'), inState('unknown')], [801, 180, 112]);
    const versioned = snapshot.records.filter(({ frameworks }) => frameworks[0]?.version).length;
    assert.equal(versioned, 1_093);
    const texts = [...unrecognized].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
    t.diagnostic(
      `${lines.length} images: ${snapshot.records.length} valid, ${snapshot.quarantinedCount} quarantined`,
    );
    t.diagnostic(`${normalized} with a normalized license`);
    for (const { subject, reason } of snapshot.quarantined) t.diagnostic(`quarantined ${subject}: ${reason}`);
    t.diagnostic(`unrecognized: ${texts.map(([text, count]) => `${text} (${count})`).join(', ')}`);
  },
);
