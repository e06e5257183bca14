import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Trust } from '../../../src/model/trust.ts';
import { recordInput, requestInput, subjectInput } from '../../../src/policy/decisions/input.ts';
import { imageRecord, trustOf } from '../../support/records.ts';
import { place, subject } from '../../support/subjects.ts';

describe('what policies see', () => {
  test('of a record is everything but its names that change, what is for matching alone, and where terms are stated', () => {
    const record = imageRecord();
    const { id, upstreamId, digest, tags, reference, ...named } = record;
    assert(id && upstreamId && digest && tags && reference);
    const { manifests, environment, droppedLabels, claims, attachments, trust, license, ...rest } = named;
    assert(manifests && environment && droppedLabels && claims && attachments);
    const { state, signers, provenance } = trust;
    const { verified, builder, source } = provenance;
    const { statements: _, ...terms } = license;
    const input = {
      ...{ ...rest, license: terms },
      ...{ trust: { state, signers }, provenance: { verified, builder, source } },
    };
    assert.deepEqual(recordInput(record), JSON.parse(JSON.stringify(input)));
  });

  test('of a build that nobody vouches for is that nobody does', () => {
    const build = { builder: 'https://builder', source: 'https://git/x', revision: 'abc', materials: [] };
    const built = (verified: boolean) =>
      imageRecord({
        trust: { ...trustOf('verified'), provenance: { ...build, verified } } as unknown as Trust,
      });
    const { builder, source } = build;
    assert.deepEqual(recordInput(built(true)).provenance, { verified: true, builder, source });
    assert.deepEqual(recordInput(built(false)).provenance, { verified: false, builder: null, source: null });
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
