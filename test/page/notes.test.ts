// Notes: sources that did not answer, notices with ways out, in the words of the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame, OutcomeResponse, Results } from '../../src/page/answer.ts';
import { missingSources, notices, sourceList } from '../../src/page/notes.ts';
import { problemOf, statusOf } from '../../src/page/problems.ts';
import { EVERYTHING, type PageQuery } from '../../src/page/query.ts';

const FRAME: Frame = {
  viewer: { authenticated: false, name: null, academic: null, sites: [] },
  facilities: [{ id: 'psi', name: 'Paul Scherrer Institute', engines: [] }],
};

const outcome = (more: Partial<OutcomeResponse>): OutcomeResponse => ({
  facility: { id: 'psi', name: 'Paul Scherrer Institute' },
  registry: 'harbor',
  status: 'OK',
  records: 3,
  age: 12,
  error: null,
  ...more,
});

const results = (more: Partial<Results>): Results => ({
  totalCount: 0,
  complete: true,
  pageInfo: { hasNextPage: false, endCursor: null },
  notices: [],
  sources: [],
  edges: [],
  facets: [],
  ...more,
});

const plain = (markup: unknown): string =>
  String(markup)
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim();

const DOWN = { code: 'SOURCE_UNAVAILABLE', message: 'the server refused the connection' };

test('sources that answered, or were left out, are not reported', () => {
  assert.equal(missingSources(results({ sources: [outcome({}), outcome({ status: 'SKIPPED' })] })), null);
});

test('a stale source is reported with its error and the age of what is shown', () => {
  const sources = [
    outcome({ status: 'STALE', age: 180, error: DOWN }),
    outcome({ facility: { id: 'kit', name: 'KIT' } }),
  ];
  assert.equal(
    plain(missingSources(results({ sources }))),
    'Not every registry could be asked Paul Scherrer Institute could not be asked: the server refused the connection. Showing what was known 3 minutes ago.',
  );
});

test('a source without a snapshot is reported as missing', () => {
  const sources = [
    outcome({
      status: 'TIMEOUT',
      age: null,
      error: { code: 'SOURCE_TIMEOUT', message: 'no answer in time' },
    }),
  ];
  assert.equal(
    plain(missingSources(results({ sources }))),
    'No registry could be asked Paul Scherrer Institute could not be asked: no answer in time. Its images are missing here.',
  );
});

test('the failed one of a facility’s two registries is named', () => {
  const sources = [
    outcome({ registry: 'harbor' }),
    outcome({ registry: 'attic', status: 'ERROR', error: DOWN }),
  ];
  assert.match(
    plain(missingSources(results({ sources }))),
    /Paul Scherrer Institute \(attic\) could not be asked/,
  );
});

test('the foot counts who was asked and who answered', () => {
  const sources = [outcome({}), outcome({ status: 'ERROR', error: DOWN }), outcome({ status: 'SKIPPED' })];
  assert.match(
    plain(sourceList(results({ sources, complete: false }))),
    /^1 of 2 registries answered, 1 left out by your choices; the result is not complete/,
  );
});

const UNKNOWN = { code: 'UNKNOWN_CHOICE', message: 'Nothing is called "relio".', suggestions: ['RELION'] };

test('a suggestion replaces the one choice that the answer does not know', () => {
  const query: PageQuery = {
    ...EVERYTHING,
    only: new Map([
      ['FACILITY', ['psi']],
      ['FRAMEWORK', ['relio']],
    ]),
  };
  const facets: Results['facets'] = [
    {
      field: 'FACILITY',
      values: [{ value: 'psi', label: 'Paul Scherrer Institute', count: 0, chosen: true }],
    },
    { field: 'FRAMEWORK', values: [] },
  ];
  const note = String(notices(results({ notices: [UNKNOWN], facets }), query, FRAME));
  assert.match(note, /<a href="\.\/\?facility=psi&amp;framework=RELION">RELION<\/a>/);
});

test('where two choices are unknown, a suggestion is not assigned to either', () => {
  const query: PageQuery = { ...EVERYTHING, at: 'mars', only: new Map([['FRAMEWORK', ['relio']]]) };
  const note = String(notices(results({ notices: [UNKNOWN] }), query, FRAME));
  assert.doesNotMatch(note, /<a /);
  assert.match(plain(note), /Near: RELION/);
});

test('an unknown choice is reported in its field, with the nearest values and a link without it', () => {
  const query: PageQuery = { ...EVERYTHING, search: 'em', only: new Map([['FRAMEWORK', ['relio', 'xds']]]) };
  const refusal = {
    code: 'BAD_CHOICE',
    message: 'told by the gateway',
    hint: 'Did you mean RELION?',
    suggestions: ['RELION'],
    unknown: [{ field: 'frameworks', value: 'relio' }],
  };
  const { message, hint, suggestions } = problemOf(refusal, query);
  assert.equal(message, 'Nothing that you may see is called “relio” in Software.');
  assert.equal(hint, null);
  assert.deepEqual(
    suggestions.map(({ label, href }) => [label, href]),
    [
      ['RELION', './?q=em&framework=RELION&framework=xds'],
      ['without “relio”', './?q=em&framework=xds'],
    ],
  );
  assert.equal(statusOf(refusal), 400);
});

test('an unknown place is reported as a place', () => {
  const refusal = {
    code: 'BAD_CHOICE',
    message: '',
    hint: null,
    suggestions: ['psi'],
    unknown: [{ field: 'facilities', value: 'psy' }],
  };
  const { message, suggestions } = problemOf(refusal, { ...EVERYTHING, at: 'psy' });
  assert.equal(message, 'There is no facility “psy” to run it at.');
  assert.deepEqual(
    suggestions.map(({ href }) => href),
    ['./?at=psi', './'],
  );
});

test('an error that the question did not cause is 503 or 500', () => {
  const refusal = { message: '', hint: null, suggestions: [], unknown: [] };
  assert.equal(statusOf({ ...refusal, code: 'SOURCE_UNAVAILABLE' }), 503);
  assert.equal(statusOf({ ...refusal, code: 'POLICY_FAILED' }), 503);
  assert.equal(statusOf({ ...refusal, code: 'INTERNAL' }), 500);
  assert.equal(statusOf({ ...refusal, code: 'never heard of' }), 500);
});
