import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_STATED } from '../../../src/catalog/ingest/facility-statement.ts';
import { repositoryRules } from '../../../src/catalog/ingest/rules.ts';
import { recordInput } from '../../../src/policy/decisions/input.ts';
import { node, record, rule } from '../../support/catalog.ts';
import { condition } from '../../support/records.ts';

test('the first entry that matches is the only one', () => {
  const rules = repositoryRules([
    rule({ match: 'em/relion', sharing: 'none' }),
    rule({ match: 'em/*', sharing: 'open', listed: true }),
  ]);
  assert.deepEqual(rules.statementOn('em/relion'), { ...NOTHING_STATED, sharing: 'none' });
  assert.deepEqual(rules.statementOn('em/other'), { ...NOTHING_STATED, sharing: 'open', listed: true });
});

test('a star stays within a segment of the path, two go across', () => {
  const one = repositoryRules([rule({ match: 'em/*', sharing: 'open' })]);
  assert.equal(one.statementOn('em/a/b').sharing, null);
  const two = repositoryRules([rule({ match: 'em/**', sharing: 'open' })]);
  assert.equal(two.statementOn('em/a/b').sharing, 'open');
});

test('if no entry matches, federation.yaml states nothing', () => {
  assert.deepEqual(repositoryRules([rule({ match: 'mx/**' })]).statementOn('em/relion'), NOTHING_STATED);
});

test('entries that were never the first to match are named, in their order', () => {
  const rules = repositoryRules([
    rule({ match: 'unused/**' }),
    rule({ match: '**' }),
    rule({ match: 'em/relion' }),
  ]);
  rules.statementOn('em/relion');
  assert.deepEqual(rules.unmatched(), ['unused/**', 'em/relion']);
});

test('a condition of an entry has its remedy, which policies pass on', () => {
  const remedy = 'Register at https://example.org.';
  const image = record(node(), [rule({ conditions: [{ kind: 'academic', remedy }] })]);
  assert.equal(image.license.conditions[0]?.remedy, remedy);
  assert.equal(recordInput(image).license.conditions[0]?.remedy, remedy);
});

test('the conditions of an entry are the facility’s own statement', () => {
  const conditions = [{ kind: 'site', facilities: ['esrf', 'dls'] }];
  const { license } = record(node(), [rule({ conditions })]);
  assert.deepEqual(license.conditions, [condition('site', { sites: ['dls', 'esrf'] })]);
  assert.equal(license.conditionsKnown, true);
});

test('the stricter of registry and federation.yaml wins, in either direction', () => {
  const open = rule({ sharing: 'open', listed: true });
  assert.equal(record(node({ sharing: 'none', listed: false }), [open]).stated.sharing, 'none');
  assert.equal(record(node({ sharing: 'none', listed: false }), [open]).listed, false);
  assert.equal(record(node({ sharing: 'open' }), [rule({ sharing: 'conditional' })]).sharing, 'conditional');
});
