// What is known of an image's signatures → its trust. The one place where an image becomes `verified` or `failed`.
import { BOUNDS } from '../model/bounds.ts';
import { type BuildProvenance, NO_PROVENANCE, type Provenance } from '../model/provenance.ts';
import type { Trust, TrustClaims, TrustState } from '../model/trust.ts';
import type { AttachmentFacts, Proof } from './attachment.ts';
import type { TrustSettings } from './settings.ts';

/** What verification found in one attachment of an image. */
export interface FoundFacts {
  /** When panfed first saw the attachment beside this image, in milliseconds since the epoch. */
  readonly firstSeen: number;
  readonly facts: AttachmentFacts;
}

/** All that decides the trust in one image. */
export interface TrustEvidence {
  readonly repository: string;
  /** `<host>/<path>` by which engines pull it: what a signature may name. */
  readonly pulledAs: string;
  /** What labels, indexes and lists say. */
  readonly claims: TrustClaims;
  /** What was found in the attachments that the image has now. */
  readonly found: readonly FoundFacts[];
  /** Whether the registry has not said for too long what the image has: nothing that was found counts any more. */
  readonly isLapsed: boolean;
  /**
   * Whether something of the image is yet to be verified for which no earlier result stands, or could not be fetched for too
   * long: without a valid signature its state is `unknown`.
   */
  readonly isOpen: boolean;
  /** Whether something could not be fetched when the registry was last asked. */
  readonly isDoubted: boolean;
  /** When the image was last found to be verified, in milliseconds since the epoch; null: never. */
  readonly lastVerified: number | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The trust in an image; frozen, and equal evidence gives an equal value. It is `unknown` where the registry
 * has not said for too long what the image has. Else one valid signature by a trusted signer is `verified`,
 * whatever else is attached. Without one it is `unknown` while something is open; `failed` where there is a
 * signature by a revoked key, or where the facility requires one of this repository; else `claimed` or
 * `unsigned`. It names at most 16 claimed signers, and as many other repositories that a signature names.
 * Never throws.
 */
export function judgeTrust(evidence: TrustEvidence, settings: TrustSettings): Trust {
  const proofs = evidence.found.flatMap(({ facts, firstSeen }) =>
    facts.proofs
      .filter((proof) => vouches(proof, settings) && isWithin(proof, evidence.now))
      .map((proof) => ({ proof, ...namesOf(proof, firstSeen, settings) })),
  );
  const trusted = proofs.filter(({ names }) => names.length > 0);
  const state = stateOf(
    evidence,
    settings,
    trusted.length > 0,
    proofs.some(({ isRevoked }) => isRevoked),
  );
  const isVerified = state === 'verified';
  return made({
    state,
    signers: isVerified ? sortedSet(trusted.flatMap(({ names }) => names)) : [],
    claimedSigners: claimedSigners(evidence),
    provenance: provenanceOf(
      evidence,
      trusted.map(({ proof }) => proof),
    ),
    signedAs: isVerified
      ? otherNames(
          evidence,
          trusted.map(({ proof }) => proof),
        )
      : [],
    lastVerified: isVerified ? null : evidence.lastVerified,
    isDoubted: evidence.isDoubted,
  });
}

function stateOf(
  { claims, found, isLapsed, isOpen, repository }: TrustEvidence,
  settings: TrustSettings,
  isVerified: boolean,
  isRevoked: boolean,
): TrustState {
  if (isLapsed) return 'unknown';
  if (isVerified) return 'verified';
  if (isOpen) return 'unknown';
  if (isRevoked || settings.isRequired(repository)) return 'failed';
  const isClaimed = claims.signed || claims.signers.length > 0 || found.some(({ facts }) => facts.claims);
  return isClaimed ? 'claimed' : 'unsigned';
}

const isWithin = ({ within }: Proof, now: number): boolean =>
  within === null || (within.from <= now && now <= within.until);

/** A signature, or a provenance of an allowed builder. Another attestation says something of the image, and not that it is good. */
function vouches({ statement }: Proof, { builders }: TrustSettings): boolean {
  if (statement.kind === 'other') return false;
  if (statement.kind === 'signature' || builders === null) return true;
  const { builder } = statement.provenance;
  return builder !== null && builders.has(builder);
}

/**
 * The configured names of the proof's signer that count at `now`, whatever it states; empty: none does. `firstSeen`: of the
 * attachment that has it; both in milliseconds since the epoch.
 */
export const signersOf = (
  proof: Proof,
  firstSeen: number,
  settings: TrustSettings,
  now: number,
): readonly string[] => (isWithin(proof, now) ? namesOf(proof, firstSeen, settings).names : []);

/**
 * Whether one of the proofs makes the image verified at `now`, in milliseconds since the epoch, or failed, as one by a revoked key
 * does.
 */
export const vouchesNow = ({ facts, firstSeen }: FoundFacts, settings: TrustSettings, now: number): boolean =>
  facts.proofs
    .filter((proof) => vouches(proof, settings) && isWithin(proof, now))
    .map((proof) => namesOf(proof, firstSeen, settings))
    .some(({ names, isRevoked }) => isRevoked || names.length > 0);

/** The configured names of a proof's signer that count now, and whether only a revoked key stands behind it. */
function namesOf(
  { signer }: Proof,
  firstSeen: number,
  settings: TrustSettings,
): { readonly names: readonly string[]; readonly isRevoked: boolean } {
  if (signer.kind === 'notation') {
    const { notation } = settings;
    return { names: notation?.roots.has(signer.root) ? [notation.name] : [], isRevoked: false };
  }
  if (signer.kind === 'identity') {
    const { issuer, subject, root } = signer;
    const isRoot = settings.authorities.has(root);
    const known = settings.identities.filter(
      (one) => isRoot && one.issuer === issuer && one.subject === subject,
    );
    return { names: known.map(({ name }) => name), isRevoked: false };
  }
  const keys = settings.keys.get(signer.fingerprint) ?? [];
  // A key that is revoked under any of its names is: whoever has it signs as all of them.
  if (keys.some((key) => key.isRevoked)) return { names: [], isRevoked: true };
  const valid = keys.filter(({ notAfter }) => notAfter === null || firstSeen <= notAfter);
  return { names: valid.map(({ name }) => name), isRevoked: false };
}

function claimedSigners({ claims, found }: TrustEvidence): readonly string[] {
  const all = sortedSet([...claims.signers, ...found.flatMap(({ facts }) => facts.claimedSigners)]);
  return all.filter((name) => name !== '' && name.length <= BOUNDS.signer).slice(0, BOUNDS.signers);
}

function provenanceOf({ found }: TrustEvidence, trusted: readonly Proof[]): Provenance {
  const proven = trusted.flatMap(({ statement }) =>
    statement.kind === 'provenance' ? [statement.provenance] : [],
  );
  const claimed = found.flatMap(({ facts }) => facts.claimedProvenance ?? []);
  const said = firstOf(proven) ?? firstOf(claimed);
  return said === null ? NO_PROVENANCE : Object.freeze({ ...said, verified: proven.length > 0 });
}

/** Whatever order the attachments came in, the same one; one with its materials where there is one. */
function firstOf(all: readonly BuildProvenance[]): BuildProvenance | null {
  if (all.length < 2) return all[0] ?? null;
  const keyed = all.map((one) => ({ one, key: `${one.materials.length === 0} ${JSON.stringify(one)}` }));
  return keyed.reduce((first, next) => (next.key < first.key ? next : first)).one;
}

/** A mirror has the signatures of what it mirrors. */
function otherNames({ pulledAs }: TrustEvidence, trusted: readonly Proof[]): readonly string[] {
  const named = sortedSet(trusted.flatMap(({ repository }) => repository ?? []));
  return named.includes(pulledAs) ? [] : named.slice(0, BOUNDS.signers);
}

const sortedSet = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

type Made = { readonly [K in keyof Trust]: Trust[K] };

/** Most images of a registry have the same trust. */
const plain = new Map<TrustState, Trust>();

function made(trust: Made): Trust {
  const isPlain =
    trust.signers.length + trust.claimedSigners.length === 0 &&
    trust.provenance === NO_PROVENANCE &&
    trust.lastVerified === null &&
    !trust.isDoubted;
  const kept = isPlain ? plain.get(trust.state) : undefined;
  if (kept !== undefined) return kept;
  for (const list of [trust.signers, trust.claimedSigners, trust.signedAs]) Object.freeze(list);
  const made = Object.freeze(trust) as Trust;
  if (isPlain) plain.set(trust.state, made);
  return made;
}
