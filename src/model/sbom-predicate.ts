// Which in-toto statements have an SBOM: by the type of their predicate.

/** What SPDX and CycloneDX call their documents as predicates, with or without a version. */
const PREDICATE = /^https:\/\/(?:spdx\.dev\/Document|cyclonedx\.org\/bom)(?:\/.*)?$/;

/** Whether in-toto predicates of this type are SBOMs: `https://spdx.dev/Document`, `https://cyclonedx.org/bom`, with or without a version. */
export const isSbomPredicate = (predicateType: string): boolean => PREDICATE.test(predicateType);
