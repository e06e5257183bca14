// One unproven node of a registry → its total records, or the reason why it is quarantined. Nothing is thrown, nothing
// is lost, and the same node always gives the same.
import { BOUNDS } from '../../model/bounds.ts';
import type { ImageRecord } from '../../model/image.ts';
import { limitText } from '../../model/size.ts';
import { sortedSet } from '../../model/sorted.ts';
import type { Trust, TrustClaims } from '../../model/trust.ts';
import { type LabelFacts, type LabelProblem, mapLabels } from '../../sources/labels.ts';
import { MalformedNode } from '../../sources/source.ts';
import { judgeTrust } from '../../trust/judge.ts';
import type { TrustSettings } from '../../trust/settings.ts';
import type { Vocabulary } from '../../vocabulary/vocabulary.ts';
import {
  type Identity,
  idsMeant,
  type Name,
  namesOf,
  type RegistryAddress,
  readIdentity,
  refuseClaims,
} from '../ids.ts';
import type { Quarantined } from '../snapshot.ts';
import { described } from './described.ts';
import { loweredSharing, mergeStatements } from './facility-statement.ts';
import { Broken, readObject } from './fields.ts';
import { describedBy, labelConditions } from './labelled.ts';
import { mapped } from './mapped.ts';
import { quarantined, statedRepository, subjectOf } from './quarantine.ts';
import type { RepositoryRules } from './rules.ts';
import { readTerms } from './terms.ts';
import { readUpstreamImage, type UpstreamImage } from './upstream-image.ts';

/** All that decides what a node becomes. */
export interface IngestContext {
  readonly place: RegistryAddress;
  readonly rules: Pick<RepositoryRules, 'statementOn'>;
  readonly vocabulary: Vocabulary;
  readonly trustSettings: TrustSettings;
}

export interface Valid {
  /** One, or one a tag where the digest is not known. */
  readonly records: readonly ImageRecord[];
  /** Labels that could not be read. */
  readonly problems: readonly LabelProblem[];
}

export interface Invalid {
  readonly quarantined: Quarantined;
  /** Ids that it would have had, as far as they could be read: another entry of such an id is not the whole truth. */
  readonly ids: readonly string[];
  /** A fault of this program, not of the record, for the log. */
  readonly cause?: unknown;
}

export type Ingested = Valid | Invalid;

/**
 * What becomes of one node of a registry: its records by the rules, vocabulary and labels of now, or its quarantine with
 * the reason and the ids that it claims. Texts are within BOUNDS and inert. Never throws: a fault of this program
 * quarantines the node, with its `cause`.
 */
export function ingest(node: unknown, context: IngestContext): Ingested {
  if (node instanceof MalformedNode) {
    return {
      quarantined: quarantined(node.subject, node.reason, statedRepository(node.node)),
      ids: idsMeant(node.node, context.place),
    };
  }
  try {
    const unproven = readObject(node, 'image');
    refuseClaims(unproven, context.place);
    const identity = readIdentity(unproven);
    const names = namesOf(identity, context.place);
    const statement = readUpstreamImage(unproven);
    const known = {
      repository: identity.repository,
      frameworks: statement.frameworks?.map(({ name }) => name) ?? null,
      canonical: context.vocabulary.framework,
    };
    const facts = mapLabels(statement.labels, known, statement.labelsBehind);
    const assembled = assemble(identity, statement, facts, context);
    return { records: names.map((name) => named(assembled, name)), problems: facts.problems };
  } catch (error) {
    const broken = error instanceof Broken;
    const reason = broken
      ? error.message
      : 'panfed could not read it: a fault of its own, which is in its log';
    const invalid = {
      quarantined: quarantined(subjectOf(node), reason, statedRepository(node)),
      ids: idsMeant(node, context.place),
    };
    return broken ? invalid : { ...invalid, cause: error };
  }
}

type Nameless = Omit<ImageRecord, keyof Name>;
type Untrusted = Omit<Nameless, 'trust'>;

function assemble(
  identity: Identity,
  statement: UpstreamImage,
  facts: LabelFacts,
  context: IngestContext,
): Nameless {
  const { facility, registry } = context.place;
  const merged = mergeStatements(statement, context.rules.statementOn(identity.repository));
  const description = describedBy(statement, facts.described);
  const names = mapped(description, facility, context.vocabulary);
  const { requires, ...plain } = described(description);
  const license = readTerms(
    {
      text: statement.license,
      labels: facts.described.licenses,
      conditions: merged.conditions,
      conditionsStated: merged.conditionsStated,
      labelConditions: labelConditions(facts.restrictions.conditions),
    },
    context.vocabulary,
  );
  const image = bounded({
    upstreamId: identity.upstreamId,
    facility,
    registry,
    repository: identity.repository,
    digest: identity.digest,
    ...plain,
    manifests: statement.manifests,
    environment: statement.environment,
    labels: mergedLabels(statement),
    droppedLabels: statement.droppedLabels,
    frameworks: names.frameworks,
    techniques: names.techniques,
    reads: names.reads,
    writes: names.writes,
    unmapped: names.unmapped,
    license,
    sharing: loweredSharing(merged.sharing, facts.restrictions.sharing),
    stated: { sharing: merged.sharing },
    listed: merged.listed && facts.restrictions.listed,
    suppliedBy: merged.suppliedBy,
    groups: merged.groups,
    claims: claimsOf(facts, statement),
    requires,
  });
  const { attachments } = statement;
  return { ...image, attachments, trust: firstTrust({ ...image, attachments }, context) };
}

/** What nobody vouches for. */
function claimsOf({ claims }: LabelFacts, { attested }: UpstreamImage): TrustClaims {
  return { signed: claims.signed || attested, signers: sortedSet(claims.signers) };
}

/**
 * The trust before anything is verified: an image to which nothing is attached has its state, and every image of a facility that
 * trusts nobody, for which nothing is verified.
 */
function firstTrust(
  { repository, claims, attachments }: Untrusted,
  { place, trustSettings }: IngestContext,
): Trust {
  const verifies = trustSettings.hash !== '';
  const isAttached = attachments.listed.some(({ kind }) => kind !== 'sbom');
  return judgeTrust(
    {
      ...{ repository, pulledAs: `${place.pull}/${repository}` },
      claims: { ...claims, signed: claims.signed || (!verifies && isAttached) },
      found: [],
      isLapsed: false,
      isOpen: verifies && (isAttached || attachments.doubtedSince !== null),
      isDoubted: attachments.doubtedSince !== null,
      lastVerified: null,
      now: 0,
    },
    trustSettings,
  );
}

/** Each name with the value of the first level that states it. */
function mergedLabels({ labels, labelsBehind }: UpstreamImage): UpstreamImage['labels'] {
  if (labelsBehind.length === 0) return labels;
  const merged = new Map(Object.entries(labels));
  for (const [name, value] of labelsBehind.flatMap((set) => Object.entries(set))) {
    if (!merged.has(name)) merged.set(name, value);
  }
  if (merged.size > BOUNDS.labels) {
    throw new Broken(`labels: ${merged.size} entries, at most ${BOUNDS.labels} are allowed`);
  }
  return Object.fromEntries([...merged].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * What joining several sources can exceed, although each of them was within its bounds. What is attached does not count: whoever
 * may attach could have an image quarantined.
 */
function bounded<Image extends Omit<Untrusted, 'attachments'>>(image: Image): Image {
  if (image.license.conditions.length > BOUNDS.conditions) {
    throw new Broken(`license: ${image.license.conditions.length} conditions, at most ${BOUNDS.conditions}`);
  }
  if (image.unmapped.length > BOUNDS.unmapped) {
    throw new Broken(`unmapped: ${image.unmapped.length} unknown names, at most ${BOUNDS.unmapped}`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(image));
  if (bytes > BOUNDS.recordBytes)
    throw new Broken(`${bytes} bytes, at most ${limitText(BOUNDS.recordBytes)} are allowed`);
  return image;
}

function named(image: Nameless, name: Name): ImageRecord {
  return Object.freeze({ id: name.id, reference: name.reference, tags: name.tags, ...image });
}
