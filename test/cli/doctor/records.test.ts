import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { labelLine, labelLines, missingLabels } from '../../../src/cli/doctor/dockerfile.ts';
import { judgeLabels, judgeRecords, judgeUnderstood } from '../../../src/cli/doctor/records.ts';
import type { ImageRecord } from '../../../src/model/image.ts';
import { inert } from '../../../src/model/inert.ts';
import { loadVocabulary } from '../../../src/vocabulary/load.ts';
import fc from '../../support/fast-check.ts';
import { imageRecord, NO_LICENSE } from '../../support/records.ts';

const vocabulary = loadVocabulary();
const named = (record: Partial<ImageRecord>, problems: { label: string; problem: string }[] = []) => ({
  name: 'kit/tofu:1.0',
  record: imageRecord(record),
  problems,
});
const BARE: Partial<ImageRecord> = {
  repository: 'kit/tofu',
  tags: ['v1.0'],
  title: null,
  description: null,
  documentation: null,
  source: null,
  license: NO_LICENSE,
  frameworks: [],
  techniques: [],
  reads: [],
  writes: [],
};
const WHOLE: Partial<ImageRecord> = {
  title: 'tofu',
  description: 'd',
  documentation: 'https://a.example',
  source: 'https://b.example',
  frameworks: [{ name: 'tofu', version: '1', raw: 'tofu' }],
  techniques: ['PaNET01203'],
  reads: ['hdf5'],
  writes: ['tiff'],
};

describe('a LABEL line', () => {
  test('has in quotes what a Dockerfile would expand or end at', () => {
    assert.equal(labelLine('a.b', String.raw`say "$HOME" \n`), String.raw`LABEL a.b="say \"\$HOME\" \\n"`);
  });

  test('is one line that gives its value back, whatever that is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const line = labelLine('a', value);
        const [, written] = /^LABEL a="((?:[^"\\$]|\\["\\$])*)"$/s.exec(line) ?? [];
        assert.ok(written !== undefined, line);
        assert.ok(!/[\r\n]/.test(line));
        assert.equal(written.replaceAll(/\\(.)/gs, '$1'), inert(value));
      }),
    );
  });

  test('is there for each label that is missing, with the image’s name and version', () => {
    const record = imageRecord(BARE);
    assert.equal(missingLabels(record).length, 9);
    const lines = labelLines(record);
    assert.ok(lines.includes('LABEL io.panfed.frameworks="tofu@1.0"'), lines.join('\n'));
    assert.ok(lines.includes('LABEL org.opencontainers.image.title="tofu 1.0"'));
    const latest = labelLines(imageRecord({ ...BARE, tags: ['latest'] }));
    assert.ok(latest.includes('LABEL io.panfed.frameworks="tofu@<version>"'));
    assert.deepEqual(labelLines(imageRecord(WHOLE)), []);
  });
});

describe('labels', () => {
  test('that say all pass; those that are missing are counted, with lines for the poorest image', () => {
    assert.equal(judgeLabels([named(WHOLE)], true).status, 'pass');
    const check = judgeLabels([named(WHOLE), named({ ...WHOLE, reads: [] }), named(BARE)], true);
    assert.equal(check.status, 'warn');
    assert.match(check.seen, /io\.panfed\.reads \(2 of 3\)/);
    assert.equal(check.lines.length, 9);
    assert.equal(judgeLabels([], true).status, 'skip');
  });

  test('of a registry that has fields are named as its fields, without a Dockerfile', () => {
    const check = judgeLabels([named(BARE)], false);
    assert.match(check.seen, /^not said: title \(1 of 1\).*license \(1 of 1\)/);
    assert.deepEqual(check.lines, []);
  });
});

describe('records', () => {
  test('that are quarantined fail, with at most three reasons', () => {
    const refused = [1, 2, 3, 4].map((at) => ({ name: `a/${at}`, reason: 'sharing: is no word' }));
    const check = judgeRecords({ valid: [named(WHOLE)], refused });
    assert.equal(check.status, 'fail');
    assert.match(check.seen, /^4 of 5 images .*a\/3: sharing: is no word; and 1 more$/);
  });

  test('that are listed and not there are a warning, as for a tag that was just deleted', () => {
    const check = judgeRecords({ valid: [named(WHOLE)], refused: [] }, { others: 0, gone: ['kit/a:1'] });
    assert.deepEqual([check.status, check.seen], ['warn', 'listed, and not there: kit/a:1']);
  });

  test('pass where all are taken, beside what is no image', () => {
    assert.equal(
      judgeRecords({ valid: [named(WHOLE)], refused: [] }, { others: 2, gone: [] }).seen,
      '1 image is taken, and 2 of another kind are left out',
    );
    assert.equal(judgeRecords({ valid: [], refused: [] }).status, 'skip');
  });
});

describe('what is understood', () => {
  const judged = (...valid: ReturnType<typeof named>[]) =>
    Object.fromEntries(
      judgeUnderstood(valid, vocabulary, { knowsSharing: true }).map((each) => [each.id, each]),
    );
  const clear: Partial<ImageRecord> = {
    ...WHOLE,
    unmapped: [],
    stated: { sharing: 'open' },
    sharing: 'open',
  };

  test('passes', () => {
    const statuses = Object.values(judged(named(clear))).map(({ id, status }) => `${id} ${status}`);
    assert.deepEqual(statuses, ['label-values pass', 'names pass', 'licenses pass', 'sharing pass']);
  });

  test('not of a license that is not recognized, with the nearest ids', () => {
    const license = { ...NO_LICENSE, state: 'declared' as const, raw: 'LGPL-3.0-or-latr' };
    const check = judged(named({ ...clear, license })).licenses;
    assert.equal(check?.status, 'warn');
    assert.match(check?.hint ?? '', /LGPL-3\.0-or-later/);
  });

  test('not of a technique that the vocabulary does not know, a label that cannot be read, sharing that nobody stated', () => {
    const checks = judged(
      named({ ...clear, unmapped: ['tomografy'] }, [{ label: 'io.panfed.read', problem: 'is not a field' }]),
      named({ ...clear, repository: 'kit/b', stated: { sharing: 'unknown' } }),
    );
    assert.match(checks.names?.seen ?? '', /"tomografy"/);
    assert.match(checks['label-values']?.hint ?? '', /io\.panfed\.reads/);
    assert.match(checks.sharing?.lines.join('\n') ?? '', /match: "kit\/b"/);
  });

  test('not of a name that is nearly a synonym, or software: each is listed with what is nearest', () => {
    const { names } = judged(named({ ...clear, unmapped: ['EXAFSS', 'reliom', 'hdf-55', 'zzzzzzzzzz'] }));
    assert.deepEqual(names?.lines, [
      '"EXAFSS": EXAFS?',
      '"reliom": RELION?',
      '"hdf-55": HDF5?',
      '"zzzzzzzzzz"',
    ]);
  });

  test('is skipped without images', () => {
    assert.ok(Object.values(judged()).every(({ status }) => status === 'skip'));
  });
});
