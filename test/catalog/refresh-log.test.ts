import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import type { CrawlResult } from '../../src/catalog/crawl.ts';
import { createRefreshLog } from '../../src/catalog/refresh-log.ts';
import { FederationError } from '../../src/model/errors.ts';
import { PLACE } from '../support/catalog.ts';

const CLEAN: CrawlResult = {
  generation: 'g1',
  records: [],
  quarantine: { listed: [], count: 0 },
  unmatchedRules: [],
  labelProblems: { count: 0, first: null },
  recording: null,
  unfinished: null,
  fault: undefined,
};

/** A refresh log, and the lines that it has written. */
function setUp() {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { refreshLog: createRefreshLog(PLACE, logger), lines, messages: () => lines.map(({ msg }) => msg) };
}

test('a finding of every crawl is logged once, and again when it changed', () => {
  const { refreshLog, lines, messages } = setUp();
  const unmatched = { ...CLEAN, unmatchedRules: ['mx/**'] };
  refreshLog.crawled(unmatched);
  refreshLog.crawled(unmatched);
  assert.deepEqual(messages(), ['entries of repositories[] match nothing in this registry']);
  assert.deepEqual(lines[0]?.match, ['mx/**']);
  assert.equal(lines[0]?.facility, 'esrf');
  refreshLog.crawled(CLEAN);
  refreshLog.crawled(unmatched);
  assert.equal(messages().length, 2);
});

test('quarantined records are counted for the operator, with the first as an example', () => {
  const { refreshLog, lines } = setUp();
  const first = { subject: 'em/relion', reason: 'sharing: expected one of …', repository: null };
  refreshLog.crawled({ ...CLEAN, quarantine: { listed: [first], count: 3 } });
  assert.equal(lines[0]?.quarantined, 3);
  assert.deepEqual(lines[0]?.first, first);
});

test('a refresh that failed is logged with the registry’s text, and one that succeeded is not', () => {
  const { refreshLog, lines } = setUp();
  refreshLog.done(3, 12, null, undefined);
  assert.equal(lines.length, 0);
  const failure = { code: 'SOURCE_HTTP_STATUS' as const, message: 'the server answered HTTP 500' };
  refreshLog.done(3, 12, failure, new Error('failed', { cause: new Error('their own words') }));
  assert.equal(lines[0]?.code, 'SOURCE_HTTP_STATUS');
  assert.match(JSON.stringify(lines[0]), /their own words/);
});

test('what the store has said itself is not said again for each registry that cannot be restored', () => {
  const { refreshLog, lines, messages } = setUp();
  refreshLog.notRestored(new FederationError('STORE_DAMAGED', 'The store cannot be used.'));
  assert.deepEqual(lines, []);
  refreshLog.notRestored(new FederationError('SOURCE_TOO_LARGE', 'more than 10 records'));
  assert.deepEqual(messages(), ['registry could not be restored from the store']);
});

test('a fault of panfed is an error in the log', () => {
  const { refreshLog, lines } = setUp();
  refreshLog.crawled({ ...CLEAN, fault: new TypeError('x is undefined') });
  assert.equal(lines[0]?.level, 50);
});
