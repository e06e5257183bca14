import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { needsOpa } from '../opa.ts';
import { found, restricting } from './found.ts';

const usable = (body: string, more = '') =>
  restricting(`default usable := false\n\nusable if {\n${body}\n}\n${more}`);

const misleading: readonly (readonly [string, string, string])[] = [
  [
    'a prefix of a group',
    usable('\tsome group in input.subject.groups\n\tstartswith(group, "urn:geant:esrf.eu")'),
    '9:2',
  ],
  ['a pattern over a group by index', usable('\tregex.match("esrf", input.subject.groups[_])'), '8:2'],
  [
    'a part of the record’s group',
    usable('\tsome group in input.record.groups\n\tcontains(group, "staff")'),
    '9:2',
  ],
  [
    'the end of each group',
    usable(
      '\tcount(input.record.groups) > 0\n\tevery group in input.record.groups { endswith(group, ":em") }',
    ),
    '9:39',
  ],
  [
    'a part of a group under another name',
    usable('\tname := input.subject.groups[0]\n\tcontains(name, "em")'),
    '9:2',
  ],
  [
    'a group of a renamed list',
    usable('\tsome g in mine\n\tstartswith(g, "x")', '\nmine := input.subject.groups'),
    '9:2',
  ],
  [
    'a group handed to a function',
    usable('\tsome g in input.subject.groups\n\tof_esrf(g)', '\nof_esrf(group) if startswith(group, "x")'),
    '12:19',
  ],
  ['a group in lower case', usable('\tsome g in input.subject.groups\n\tstartswith(lower(g), "x")'), '9:2'],
  [
    'a condition’s group',
    usable(
      '\tsome condition in input.record.license.conditions\n\tsome g in condition.groups\n\tstartswith(g, "x")',
    ),
    '10:2',
  ],
  [
    'a group within a comprehension',
    usable('\tcount([g | some g in input.subject.groups; startswith(g, "x")]) > 0'),
    '8:45',
  ],
  [
    'what is compared with a group’s beginning',
    usable('\tsome claim in input.subject.affiliations\n\tstartswith(claim, "urn:geant:esrf.eu")'),
    '9:2',
  ],
];

const right: readonly (readonly [string, string])[] = [
  ['whole groups', usable('\t"urn:geant:esrf.eu:group:em" in input.subject.groups')],
  [
    'one of the record’s groups',
    usable('\tsome group in input.record.groups\n\tgroup in input.subject.groups'),
  ],
  ['the number of groups', usable('\tcount(input.subject.groups) > 0')],
  ['text that is no group', usable('\tstartswith(input.record.repository, "em/")')],
  [
    'affiliations',
    usable('\tsome affiliation in input.subject.affiliations\n\tendswith(affiliation, "@esrf.eu")'),
  ],
];

describe('group-text', needsOpa, () => {
  for (const [what, rules, place] of misleading) {
    test(`finds ${what}`, async (context) => {
      assert.deepEqual(await found(context, rules), [`group-text ${place}`]);
    });
  }
  for (const [what, rules] of right) {
    test(`leaves alone ${what}`, async (context) => assert.deepEqual(await found(context, rules), []));
  }
});
