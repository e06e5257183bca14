import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recordInput, requestInput, subjectInput } from '../../../src/policy/decisions/input.ts';
import { imageRecord } from '../../support/records.ts';
import { place, subject } from '../../support/subjects.ts';

describe('what policies see', () => {
  test('of a record is everything but its names that change and what is for matching alone', () => {
    const record = imageRecord();
    const { id, upstreamId, digest, tags, reference, ...named } = record;
    assert(id && upstreamId && digest && tags && reference);
    const { manifests, environment, droppedLabels, ...rest } = named;
    assert(manifests && environment && droppedLabels);
    assert.deepEqual(recordInput(record), JSON.parse(JSON.stringify(rest)));
  });

  test('of a record has its GPU, or null', () => {
    const gpu = { vendor: 'nvidia', minimumCuda: '8.0', memory: 8_589_934_592 };
    const { requires } = imageRecord();
    assert.deepEqual(recordInput(imageRecord({ requires: { ...requires, gpu } })).requires.gpu, gpu);
    assert.equal(recordInput(imageRecord()).requires.gpu, null);
  });

  test('of anything is only what is named, whatever else an object carries', () => {
    const more = { id: 'x', secret: 'y' };
    assert.deepEqual(Object.keys(subjectInput({ ...subject(), ...more })).sort(), [
      'academic',
      'affiliations',
      'assurance',
      'authenticated',
      'groups',
      'issuer',
      'sites',
    ]);
    assert.deepEqual(requestInput({ ...place(), ...more }), { at: place() });
    assert(!('id' in recordInput({ ...imageRecord(), ...more })));
  });

  test('of no place is null', () => assert.deepEqual(requestInput(null), { at: null }));
});
