import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sampledRepositories, sampledTags } from '../../../src/cli/doctor/sample.ts';
import { judgeLists, judgePages, type TagList } from '../../../src/cli/doctor/tags.ts';

const list = (repository: string, tags: readonly string[], changes: Partial<TagList> = {}): TagList => ({
  repository,
  status: 200,
  tags,
  referrerTags: [],
  count: tags.length,
  invalid: 0,
  more: false,
  ...changes,
});
const page = (names: readonly string[], leadsOn: boolean) => ({ names, leadsOn });
const FOUR = list('kit/tofu', ['1', '2', '3', '4']);

describe('pages of tags', () => {
  test('that lead on pass, also with an empty last one', () => {
    assert.equal(judgePages([page(['1', '2'], true), page(['3', '4'], false)], FOUR).status, 'pass');
    assert.equal(judgePages([page(['1', '2'], true), page([], false)], FOUR).status, 'pass');
  });

  test('that are the whole list at once are a warning', () => {
    assert.equal(judgePages([page(['1', '2', '3', '4'], false)], FOUR).status, 'warn');
  });

  test('of which one names no next, or repeats those before, fail', () => {
    assert.match(judgePages([page(['1', '2'], false)], FOUR).seen, /no next one/);
    assert.match(judgePages([page(['1', '2'], true), page(['1', '2'], true)], FOUR).seen, /listed before/);
    assert.match(judgePages([page(['1', '2'], true), page([], true)], FOUR).seen, /listed before/);
  });
});

describe('lists of tags', () => {
  test('that are there are judged by their pages alone', () => {
    assert.equal(judgeLists([FOUR]), null);
  });

  test('that are refused, or have names that are none, fail with their repository', () => {
    assert.match(judgeLists([FOUR, list('kit/a', [], { status: 403 })])?.seen ?? '', /kit\/a \(HTTP 403\)/);
    assert.match(judgeLists([list('kit/b', [], { invalid: 1 })])?.seen ?? '', /kit\/b/);
  });
});

describe('a sample', () => {
  test('has the last tags of all repositories by turns, and no more than asked for', () => {
    const lists = [FOUR, list('kit/a', ['9']), list('kit/none', [])];
    assert.deepEqual(sampledTags(lists, 3), [
      ['kit/tofu', '4'],
      ['kit/a', '9'],
      ['kit/tofu', '3'],
    ]);
    assert.equal(sampledTags(lists, 8).length, 5);
    assert.deepEqual(sampledTags([], 3), []);
  });

  test('takes repositories evenly from the list', () => {
    const names = Array.from({ length: 10 }, (_, at) => `r${at}`);
    assert.deepEqual(sampledRepositories(names, 5), ['r0', 'r2', 'r4', 'r6', 'r8']);
    assert.deepEqual(sampledRepositories(names.slice(0, 3), 5), ['r0', 'r1', 'r2']);
  });
});
