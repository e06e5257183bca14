// What was found in the layers of an attachment, put together.
import { BOUNDS } from '../model/bounds.ts';
import type { AttachmentFacts, Proof, ProvenSigner } from './attachment.ts';
import { LIMITS } from './limits.ts';
import type { Stated } from './statement.ts';

/** For a document that says nothing of the image. */
export const NOTHING: AttachmentFacts = Object.freeze({
  claims: false,
  claimedSigners: Object.freeze([]),
  proofs: Object.freeze([]),
  claimedProvenance: null,
});

/**
 * The facts of a document that states something of the image; `signer`: by whom that is proven, null: by nobody;
 * `name`: whom it claims as its signer, null: nobody.
 */
export function factsOf(stated: Stated, signer: ProvenSigner | null, name: string | null): AttachmentFacts {
  const { statement, provenance, repository } = stated;
  return {
    claims: true,
    claimedSigners: name === null ? [] : [name],
    proofs: signer === null || statement === null ? [] : [{ signer, statement, repository, within: null }],
    claimedProvenance: provenance,
  };
}

/**
 * The facts of all layers; the first provenance that is claimed stays. Claimed signers, each once and sorted, are at most 16,
 * proofs the first 64, and the materials of all proven builds together bounded by {@link LIMITS}: those of the first are kept.
 */
export function joinedFacts(found: readonly AttachmentFacts[]): AttachmentFacts {
  return {
    claims: found.some(({ claims }) => claims),
    claimedSigners: [...new Set(found.flatMap(({ claimedSigners }) => claimedSigners))]
      .sort()
      .slice(0, BOUNDS.signers),
    proofs: withinMaterials(found.flatMap(({ proofs }) => proofs).slice(0, LIMITS.proofs)),
    claimedProvenance:
      found.find(({ claimedProvenance }) => claimedProvenance !== null)?.claimedProvenance ?? null,
  };
}

/** One image is shown with the materials of one build. */
function withinMaterials(proofs: readonly Proof[]): readonly Proof[] {
  let left = LIMITS.materialsText;
  return proofs.map((proof) => {
    const { statement } = proof;
    if (statement.kind !== 'provenance') return proof;
    const { provenance } = statement;
    left -= provenance.materials.reduce(
      (sum, { uri, digest }) => sum + uri.length + (digest?.length ?? 0),
      0,
    );
    if (left >= 0) return proof;
    return { ...proof, statement: { ...statement, provenance: { ...provenance, materials: [] } } };
  });
}
