import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CAPABILITIES } from '../../../src/authoring/opa/capabilities.ts';

const capabilities = JSON.parse(readFileSync(CAPABILITIES, 'utf8'));
const names: string[] = capabilities.builtins.map(({ name }: { name: string }) => name);

test('there is no clock, network, environment or chance among the built-ins', () => {
  const outside = names.filter((name) => /^(time|http|net|opa|rand|uuid|io|crypto|providers)\./.test(name));
  assert.deepEqual(outside, []);
});

test('there is no host that OPA may ask, not even for schemas', () => {
  assert.deepEqual(capabilities.allow_net, []);
});

test('there is nothing that the host would have to evaluate', () => {
  for (const name of ['sprintf', 'json.match_schema', 'yaml.unmarshal', 'regex.split', 'semver.compare']) {
    assert.ok(!names.includes(name), name);
  }
});

test('what policies are written with is there', () => {
  for (const name of [
    'assign',
    'eq',
    'count',
    'internal.member_2',
    'lower',
    'startswith',
    'regex.match',
    'sort',
  ]) {
    assert.ok(names.includes(name), name);
  }
});
