// What verification found in the attachments of one image, and since when: as text, of which a hundred thousand find room in
// memory, and as it is kept in the store.
import { z } from 'zod';
import { BOUNDS } from '../../model/bounds.ts';
import type { AttachmentFacts, Proof } from '../../trust/attachment.ts';

/** What was found in one attachment. */
export interface KnownAttachment {
  /** When it was first seen beside this image, in milliseconds since the epoch. */
  readonly firstSeen: number;
  readonly facts: AttachmentFacts;
}

/** What the registry did not give of an image when it was asked. */
export interface Failing {
  /** Since when, in milliseconds since the epoch. */
  readonly since: number;
  /** Digests of the attachments. */
  readonly digests: readonly string[];
}

/** What is known of one image's attachments. */
export interface ImageFacts {
  /** The settings by which all of it was found, by their hash; other settings find it anew. */
  readonly hash: string;
  /** By digest: those that it has, and those that it had, whose first time counts should they come back. */
  readonly found: ReadonlyMap<string, KnownAttachment>;
  /** Digests of those that it had when all of them had been verified last; null: that never was. */
  readonly settled: readonly string[] | null;
  /** null: all of it was given, or nothing was asked for. */
  readonly failing: Failing | null;
  /** When it was verified last, in milliseconds since the epoch; null: never. */
  readonly lastVerified: number | null;
}

/** An image to which nothing was ever attached. */
export const NOTHING_ATTACHED: ImageFacts = Object.freeze({
  hash: '',
  found: new Map(),
  settled: Object.freeze([]),
  failing: null,
  lastVerified: null,
});

/** An image of which nothing is known. */
export const NOTHING_KNOWN: ImageFacts = Object.freeze({ ...NOTHING_ATTACHED, settled: null });

const time = z.number().int().nonnegative();
const text = z.string();

const provenance = z.object({
  builder: text.nullable(),
  source: text.nullable(),
  revision: text.nullable(),
  materials: z.array(z.object({ uri: text, digest: text.nullable() })),
});

const storedSchema = z.object({
  hash: text,
  found: z
    .array(
      z.tuple([
        text,
        time,
        z.object({
          claims: z.boolean(),
          claimedSigners: z.array(text),
          proofs: z.array(
            z.object({
              signer: z.discriminatedUnion('kind', [
                z.object({ kind: z.literal('key'), fingerprint: text }),
                z.object({ kind: z.literal('identity'), issuer: text, subject: text, root: text }),
                z.object({ kind: z.literal('notation'), root: text }),
              ]),
              statement: z.discriminatedUnion('kind', [
                z.object({ kind: z.literal('signature') }),
                z.object({ kind: z.literal('provenance'), provenance }),
                z.object({ kind: z.literal('other'), predicateType: text }),
              ]),
              repository: text.nullable(),
              within: z.object({ from: z.number(), until: z.number() }).nullable(),
            }),
          ),
          claimedProvenance: provenance.nullable(),
        }),
      ]),
    )
    .max(2 * BOUNDS.attachments),
  settled: z.array(text).nullable(),
  failing: z.object({ since: time, digests: z.array(text) }).nullable(),
  lastVerified: time.nullable(),
});

/** Characters of one image's facts, unless something else is said: whoever may attach may attach much. */
const MAX_PACKED = 65_536;

/**
 * The facts as JSON, for {@link unpackedFacts}. What nobody proves of a build is kept once, without its materials. Where the
 * text would be longer than `most` characters, by default 65,536, the materials of proven builds are left out too; then those attachments that
 * the image has no more; then all claims, and what is proven twice or vouches for nothing. A proof that vouches stays, however
 * much others attach.
 */
export function packedFacts(facts: ImageFacts, most = MAX_PACKED): string {
  const lean = leanFacts(facts);
  const steps = [withoutMaterials, withoutRemoved, withoutClaims];
  // Megabytes are not written to be counted.
  let packed = materialsOf(lean) > most ? null : textOf(lean);
  for (const shortened of steps) {
    if (packed !== null && packed.length <= most) break;
    packed = textOf(shortened(lean));
  }
  return packed ?? '';
}

/** Characters of the materials of all proven builds. */
function materialsOf({ found }: ImageFacts): number {
  let characters = 0;
  for (const { facts } of found.values()) {
    for (const { statement } of facts.proofs) {
      if (statement.kind !== 'provenance') continue;
      for (const { uri } of statement.provenance.materials) characters += uri.length;
    }
  }
  return characters;
}

const textOf = ({ found, ...rest }: ImageFacts): string =>
  JSON.stringify({
    ...rest,
    found: [...found].map(([digest, { firstSeen, facts }]) => [digest, firstSeen, facts]),
  });

type Shorten = (facts: AttachmentFacts, digest: string) => AttachmentFacts;

function mapped(facts: ImageFacts, shorten: Shorten): ImageFacts {
  const found = [...facts.found].map(([digest, known]) => {
    return [digest, { ...known, facts: shorten(known.facts, digest) }] as const;
  });
  return { ...facts, found: new Map(found) };
}

/** The first by its digest, whatever order they came in. */
function leanFacts(facts: ImageFacts): ImageFacts {
  const said = [...facts.found].filter(([, known]) => known.facts.claimedProvenance !== null);
  const [first] = said.map(([digest]) => digest).sort();
  return mapped(facts, (one, digest) => {
    const { claimedProvenance } = one;
    if (claimedProvenance === null) return one;
    return { ...one, claimedProvenance: digest === first ? { ...claimedProvenance, materials: [] } : null };
  });
}

const withoutMaterials = (facts: ImageFacts): ImageFacts =>
  mapped(facts, (one) => ({
    ...one,
    proofs: one.proofs.map((proof) => {
      const { statement } = proof;
      if (statement.kind !== 'provenance') return proof;
      return {
        ...proof,
        statement: { ...statement, provenance: { ...statement.provenance, materials: [] } },
      };
    }),
  }));

function withoutRemoved(facts: ImageFacts): ImageFacts {
  const present = new Set([...(facts.settled ?? []), ...(facts.failing?.digests ?? [])]);
  const lean = withoutMaterials(facts);
  return { ...lean, found: new Map([...lean.found].filter(([digest]) => present.has(digest))) };
}

const withoutClaims = (facts: ImageFacts): ImageFacts =>
  mapped(withoutRemoved(facts), (one) => ({
    ...one,
    ...{ claimedSigners: [], claimedProvenance: null },
    proofs: eachOnce(one.proofs.filter(({ statement }) => statement.kind !== 'other')),
  }));

const eachOnce = (proofs: readonly Proof[]): readonly Proof[] => [
  ...new Map(proofs.map((proof) => [JSON.stringify(proof), proof])).values(),
];

/**
 * Facts as JSON, joined with those that were kept before, by another gateway or before a restart: the earlier time at which an
 * attachment was first seen counts. What the store has of another version is replaced.
 */
export function withStoredFacts(stored: string, found: string): string {
  if (!isPacked(stored)) return found;
  const [before, now] = [unpackedFacts(stored), unpackedFacts(found)];
  const joined = new Map(
    [...now.found].map(([digest, known]) => {
      const firstSeen = Math.min(known.firstSeen, before.found.get(digest)?.firstSeen ?? known.firstSeen);
      return [digest, { ...known, firstSeen }] as const;
    }),
  );
  return packedFacts({ ...now, found: joined, lastVerified: now.lastVerified ?? before.lastVerified });
}

type Packed = z.infer<typeof storedSchema>;

/** The facts that {@link packedFacts} wrote, or the store gave and {@link isPacked} holds of. Throws for any other text. */
export function unpackedFacts(packed: string): ImageFacts {
  const { found, ...rest } = JSON.parse(packed) as Packed;
  const known = found.map(([digest, firstSeen, facts]) => [digest, { firstSeen, facts }] as const);
  return { ...rest, found: new Map(known) };
}

/** Whether the store has what {@link packedFacts} makes now, and not what another version of panfed wrote. Never throws. */
export function isPacked(stored: string): boolean {
  try {
    return storedSchema.safeParse(JSON.parse(stored)).success;
  } catch {
    return false;
  }
}
