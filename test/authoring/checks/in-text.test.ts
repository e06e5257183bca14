import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { needsOpa } from '../opa.ts';
import { found, restricting } from './found.ts';

const usable = (body: string, more = '') =>
  restricting(`default usable := false\n\nusable if {\n\t${body}\n}\n${more}`);

describe('in-text', needsOpa, () => {
  const misleading: readonly (readonly [string, string, string])[] = [
    ['a text', usable('"em" in input.record.repository'), '8:10'],
    ['a text that may be null', usable('"em" in input.record.title'), '8:10'],
    ['a label', usable('"em" in input.record.labels["org.example.team"]'), '8:10'],
    ['an element of a list', usable('some group in input.record.groups\n\t"em" in group'), '9:10'],
    ['a variable', usable('name := input.record.repository\n\t"em" in name'), '9:10'],
    ['what lower makes', usable('"em" in lower(input.record.repository)'), '8:10'],
    ['a parameter', usable('ours(input.record.repository)', '\nours(name) if "em" in name'), '11:23'],
    ['every', usable('every part in input.record.repository { part == "em" }'), '8:16'],
    ['a number', usable('5 in input.record.size'), '8:7'],
  ];
  for (const [what, rules, place] of misleading) {
    test(`finds in of ${what}`, async (context) => {
      assert.deepEqual(
        (await found(context, rules)).filter((one) => !one.startsWith('fail-open')),
        [`in-text ${place}`],
      );
    });
  }

  const right: readonly (readonly [string, string])[] = [
    ['lists', usable('"psi" in input.subject.sites')],
    ['objects', usable('"MIT" in {"a": input.record.license.expression}')],
    ['what is split', usable('"em" in split(input.record.repository, "/")')],
    ['contains', usable('contains(input.record.repository, "em")')],
  ];
  for (const [what, rules] of right) {
    test(`leaves alone ${what}`, async (context) => assert.deepEqual(await found(context, rules), []));
  }
});
