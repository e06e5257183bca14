// Several statements of one license: all of them apply, whatever their source and order.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readTerms, type StatedTerms } from '../../../src/catalog/ingest/terms.ts';
import { BOUNDS } from '../../../src/model/bounds.ts';
import type { License } from '../../../src/model/license.ts';
import { statesNothing } from '../../../src/vocabulary/licenses.ts';
import { loadVocabulary } from '../../../src/vocabulary/load.ts';
import { SPDX_IDS } from '../../../src/vocabulary/spdx.ts';
import fc, { runs } from '../../support/fast-check.ts';

const vocabulary = loadVocabulary();
const SILENT: StatedTerms = {
  text: null,
  labels: [],
  conditions: [],
  conditionsStated: false,
  labelConditions: [],
};
const terms = (stated: Partial<StatedTerms>): License => readTerms({ ...SILENT, ...stated }, vocabulary);
/** Each text in a label of its own. */
const inLabels = (texts: readonly string[]) => texts.map((text, index) => ({ label: `l${index}`, text }));
const labelled = (...texts: string[]): License => terms({ labels: inLabels(texts) });

describe('each statement of a license', () => {
  const labels = [
    { label: 'org.opencontainers.image.licenses', text: 'MIT License' },
    { label: 'about.license', text: 'free for academics' },
    { label: 'about.license', text: 'NOASSERTION' },
  ];

  test('is listed with where it stands and what it says by itself, unless it says nothing', () => {
    const { state, statements } = terms({ text: 'Apache 2.0', labels });
    assert.equal(state, 'declared');
    assert.deepEqual(statements, [
      { text: 'Apache 2.0', state: 'normalized', expression: 'Apache-2.0', origin: 'facility', label: null },
      {
        text: 'free for academics',
        state: 'declared',
        expression: null,
        origin: 'label',
        label: 'about.license',
      },
      {
        ...{ text: 'MIT License', state: 'normalized', expression: 'MIT' },
        ...{ origin: 'label', label: 'org.opencontainers.image.licenses' },
      },
    ]);
  });

  test('is listed also where another says the same', () => {
    const { expression, statements } = terms({ text: 'MIT', labels: labels.slice(0, 1) });
    assert.equal(expression, 'MIT');
    assert.deepEqual(
      statements.map(({ text, label }) => [text, label]),
      [
        ['MIT', null],
        ['MIT License', 'org.opencontainers.image.licenses'],
      ],
    );
  });

  test('is none where nothing is said, and further ones than 16 hold without being listed', () => {
    assert.deepEqual(terms({}).statements, []);
    const many = labelled(...Array.from({ length: 40 }, (_, index) => `LicenseRef-${index}`), 'MIT');
    assert.equal(many.statements.length, BOUNDS.licenseStatements);
    assert.equal(many.state, 'declared');
  });
});

describe('label-license-inherited: licenses of several labels', () => {
  test('hold together, with the conditions of all', () => {
    const { state, expression, raw, conditions, conditionsKnown } = labelled('CC-BY-NC-4.0', 'Apache-2.0');
    assert.deepEqual(
      [state, expression, conditionsKnown],
      ['normalized', 'Apache-2.0 AND CC-BY-NC-4.0', true],
    );
    assert.equal(raw, 'Apache-2.0; CC-BY-NC-4.0');
    assert.deepEqual(
      conditions.map(({ kind, origin }) => [kind, origin]),
      [['nonCommercial', 'license']],
    );
  });

  test('keep what OR binds together', () => {
    assert.equal(labelled('MIT OR GPL-2.0-only', 'Zlib').expression, '(GPL-2.0-only OR MIT) AND Zlib');
  });

  test('are one where they mean the same', () => {
    const { statements, ...rest } = labelled('MIT License', 'MIT');
    assert.deepEqual({ ...rest, statements: [] }, { ...labelled('MIT'), statements: [] });
    assert.equal(statements.length, 2);
    assert.equal(terms({ text: 'The MIT License', labels: inLabels(['MIT']) }).raw, 'The MIT License');
  });

  test('leave conditions unknown where those of one are', () => {
    const { state, conditionsKnown } = labelled('MIT', 'AML');
    assert.deepEqual([state, conditionsKnown], ['normalized', false]);
  });

  test('are not recognized where one is not, and the conditions of the others stay', () => {
    const { state, expression, conditions, conditionsKnown } = labelled('CC-BY-NC-4.0', 'ask Bob', 'MIT');
    assert.deepEqual([state, expression, conditionsKnown], ['declared', null, false]);
    assert.deepEqual(
      conditions.map(({ kind }) => kind),
      ['nonCommercial'],
    );
  });

  test('say nothing beside another where they say nothing; NONE says that there is no license', () => {
    for (const text of ['', 'NOASSERTION', 'unknown'])
      assert.deepEqual(labelled('MIT', text), labelled('MIT'));
    assert.deepEqual(
      [labelled('MIT', 'NONE').state, labelled('MIT', 'NONE').conditionsKnown],
      ['unknown', false],
    );
    assert.deepEqual(
      [labelled('NOASSERTION').state, labelled('NOASSERTION').raw],
      ['unknown', 'NOASSERTION'],
    );
  });

  test('do not fill in what the facility says is unknown', () => {
    assert.equal(terms({ text: 'NOASSERTION', labels: inLabels(['MIT']) }).state, 'unknown');
  });

  test('are never cut to another meaning: an expression that is too long is dropped', () => {
    const long = (from: number) => {
      const ids = SPDX_IDS.filter((id) => !id.includes('GPL')).slice(from);
      let text = ids[0] ?? '';
      for (const id of ids.slice(1)) if (text.length < BOUNDS.license * 0.6) text += ` AND ${id}`;
      return text;
    };
    const { state, expression, raw } = labelled(long(0), long(200));
    assert.deepEqual([state, expression], ['declared', null]);
    assert.equal(raw?.length, BOUNDS.license);
  });
});

/** Whether terms open no more: policies open recognized terms with known conditions, and require each condition. */
function assertNoMoreOpen(joined: License, alone: License): void {
  assert.ok(alone.state === 'normalized' || joined.state !== 'normalized');
  assert.ok(alone.conditionsKnown || !joined.conditionsKnown);
  const facts = joined.conditions.map((condition) => JSON.stringify(condition));
  for (const condition of alone.conditions) assert.ok(facts.includes(JSON.stringify(condition)));
}

test('all statements together are never more open than any of them alone, in whatever order', () => {
  const text = fc.constantFrom(
    ...['MIT', 'MIT License', 'Apache-2.0', 'CC-BY-NC-4.0', 'XDS', 'GPL-2.0-only OR XDS', 'AML'],
    ...['ask Bob', 'NONE', 'NOASSERTION', '', 'MIT AND CC-BY-NC-4.0', '{"name":"XDS"}', 'MIT '.repeat(300)],
  );
  fc.assert(
    fc.property(fc.option(text), fc.array(text, { maxLength: 4 }), fc.boolean(), (own, labels, stated) => {
      const joined = terms({ text: own, labels: inLabels(labels), conditionsStated: stated });
      assert.deepEqual(
        terms({ text: own, labels: inLabels(labels).toReversed(), conditionsStated: stated }),
        joined,
      );
      assert.ok(
        (joined.raw?.length ?? 0) <=
          Math.max(BOUNDS.license, own?.length ?? 0, ...labels.map((l) => l.length)),
      );
      if (own !== null) assertNoMoreOpen(joined, terms({ text: own, conditionsStated: stated }));
      for (const label of labels.filter((one) => !statesNothing(one)))
        assertNoMoreOpen(joined, terms({ labels: inLabels([label]), conditionsStated: stated }));
    }),
    { numRuns: runs(500) },
  );
});
