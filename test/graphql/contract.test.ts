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
  const promised = buildSchema(file === null ? 'type Query { none: Int }' : readFileSync(file, 'utf8'));

  test('breaks nothing of the contract', () => {
    assert.deepEqual(findBreakingChanges(promised, createSchema()), []);
  });

  test('adds to enumerations and inputs of the contract the choices of versions and components, the facet of versions and PARTIAL alone', () => {
    assert.deepEqual(
      findDangerousChanges(promised, createSchema()).map(({ description }) => description),
      [
        'An optional arg asOf on Query.image was added.',
        'An optional field versions on input type Choices was added.',
        'An optional field components on input type Choices was added.',
        'PARTIAL was added to enum type SourceStatus.',
        'VERSION was added to enum type FacetField.',
      ],
    );
  });

  test('adds fields for the admin and the authors of policies, the source of policies, the tags and their history, what an OCI registry has, what is inside images, the store, compute resources, data sets and where images match, and no more', () => {
    assert.deepEqual(
      findBreakingChanges(createSchema(), promised)
        .map(({ description }) => description)
        .sort(),
      [
        'BaseImage was removed.',
        'Candidate was removed.',
        'CandidateEdge was removed.',
        'CandidateVersion was removed.',
        'ChangeStep was removed.',
        'Choices.components was removed.',
        'Choices.versions was removed.',
        'ComparedFact was removed.',
        'Component was removed.',
        'ComponentConnection was removed.',
        'ComponentDifferences was removed.',
        'ComputeInput was removed.',
        'ComputeResource was removed.',
        'CountedTechnique was removed.',
        'DataCatalogKind was removed.',
        'DataCatalogOutcome was removed.',
        'DataCatalogStatus was removed.',
        'DataInput was removed.',
        'DataSet was removed.',
        'Difference was removed.',
        'DifferenceList was removed.',
        'Differences was removed.',
        'Dimension was removed.',
        'EnginePlace was removed.',
        'EnvironmentVariable was removed.',
        'Explanation was removed.',
        'Facility.compute was removed.',
        'FacilityPolicy.refused was removed.',
        'FacilityPolicy.signer was removed.',
        'FacilityPolicy.version was removed.',
        'Finding was removed.',
        'Image.allTags was removed.',
        'Image.base was removed.',
        'Image.components was removed.',
        'Image.contentsWithheld was removed.',
        'Image.environment was removed.',
        'Image.explain was removed.',
        'Image.manifests was removed.',
        'Image.notices was removed.',
        'Image.record was removed.',
        'Image.tagHistory was removed.',
        'ImageComparison was removed.',
        'ImageNotice was removed.',
        'Job was removed.',
        'JobEngine was removed.',
        'JobInput was removed.',
        'License.statements was removed.',
        'LicenseCondition.origin was removed.',
        'LicenseCondition.remedy was removed.',
        'LicenseOrigin was removed.',
        'LicenseStatement was removed.',
        'ManifestDifferences was removed.',
        'MatchConnection was removed.',
        'Material was removed.',
        'MpiFamily was removed.',
        'NearestChange was removed.',
        'NodeGpu was removed.',
        'NodeType was removed.',
        'PARTIAL was removed from enum type SourceStatus.',
        'PlatformManifest was removed.',
        'PolicyRefusal was removed.',
        'Provenance was removed.',
        'QuarantinedRecord was removed.',
        'Query.compare was removed.',
        'Query.computeResources was removed.',
        'Query.image arg asOf was removed.',
        'Query.match was removed.',
        'Query.store was removed.',
        'Query.tagHistory was removed.',
        'Query.techniques was removed.',
        'Requirements.glibc was removed.',
        'ResourceEngine was removed.',
        'ResourceMpi was removed.',
        'Scheduler was removed.',
        'SourceOutcome.quarantine was removed.',
        'Store was removed.',
        'StoreStatus was removed.',
        'StoredRegistry was removed.',
        'TagConnection was removed.',
        'TagSpan was removed.',
        'Technique.definition was removed.',
        'Technique.synonyms was removed.',
        'TechniqueSense was removed.',
        'TechniqueSenses was removed.',
        'Trust.claimedSigners was removed.',
        'Trust.lastVerified was removed.',
        'Trust.provenance was removed.',
        'Trust.signedAs was removed.',
        'VERSION was removed from enum type FacetField.',
        'Verdict was removed.',
        'VerdictCounts was removed.',
      ],
    );
  });
});
