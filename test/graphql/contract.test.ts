// What portals are promised: every name, argument and nullability of the contract that is not marked as later.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { buildSchema, findBreakingChanges, findDangerousChanges } from 'graphql';
import { createSchema } from '../../src/graphql/schema.ts';
import { needs } from '../support/real.ts';
import { contractFile } from '../support/shared.ts';

const file = contractFile('gateway.graphql');

describe('the schema', needs('the contract of the gateway', file), () => {
  const promised = file === null ? null : buildSchema(readFileSync(file, 'utf8'));

  test('breaks nothing of the contract', () => {
    assert.ok(promised);
    assert.deepEqual(findBreakingChanges(promised, createSchema()), []);
  });

  test('adds nothing that is marked as later', () => {
    assert.ok(promised);
    assert.deepEqual(findBreakingChanges(createSchema(), promised), []);
    assert.deepEqual(findDangerousChanges(createSchema(), promised), []);
  });
});
