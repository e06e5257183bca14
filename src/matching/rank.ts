// The candidates of a question in their order: each framework at each resource, by the best of its images there.
import { type Bits, has } from '../catalog/bitset.ts';
import { compareVersionsDescending } from '../catalog/index/order.ts';
import type { SortKey } from '../discovery/cursor.ts';
import type { SelectedPart } from '../discovery/selection.ts';
import { fold } from '../model/fold.ts';
import type { ImageRecord } from '../model/image.ts';
import { type Pace, paced } from '../model/pace.ts';
import { byCodeUnits, sortedInTurns } from '../model/sorted.ts';
import type { BothClasses } from './image-classes.ts';
import type { ImageStanding } from './image-standing.ts';
import { joinedScore, rankOf, scoreOf, unknownsOf } from './score.ts';
import { VERDICTS } from './verdict.ts';
import { versionOrder } from './version-order.ts';

/** The images of one snapshot that a question selects. */
export interface RankedPart {
  readonly selected: SelectedPart;
  readonly classes: BothClasses;
  readonly standing: ImageStanding;
  /** By class of {@link BothClasses.data}, the score. */
  readonly dataScores: readonly number[];
}

/** A resource, as the ranking of its candidates needs it. */
export interface RankedResource {
  readonly id: string;
  readonly use: boolean;
  readonly allowsUnverified: boolean;
  readonly isLocal: boolean;
  /** By snapshot: of each class of {@link BothClasses.machine}, the score. */
  readonly machineScores: readonly Uint8Array[];
  /** By snapshot: which images the caller may run there. */
  readonly execute: readonly Bits[];
}

/** A framework at a resource. */
export interface RankedCandidate {
  /** Folded. */
  readonly framework: string;
  /** Positions in the resources, in the parts, and of the best image in that snapshot. */
  readonly resource: number;
  readonly part: number;
  readonly document: number;
  readonly score: number;
  readonly key: SortKey;
}

/**
 * The order of candidates: yes, unknown, no; then those that meet more preferences; then with fewer unknown, with the data there, by
 * trust, by version, the newest first, by the id of the image, of the resource, and by the framework.
 */
export function compareCandidates(a: SortKey, b: SortKey): number {
  for (let index = 0; index < NUMBERS; index += 1) {
    const order = Number(a[index]) - Number(b[index]);
    if (order !== 0) return order;
  }
  return (
    compareVersionsDescending(text(a[NUMBERS]), text(b[NUMBERS])) ||
    byCodeUnits(String(a[NUMBERS + 1]), String(b[NUMBERS + 1])) ||
    byCodeUnits(String(a[NUMBERS + 2]), String(b[NUMBERS + 2])) ||
    byCodeUnits(String(a[NUMBERS + 3]), String(b[NUMBERS + 3]))
  );
}

/** Values of a key that are numbers. */
const NUMBERS = 5;
const text = (value: SortKey[number] | undefined): string | null => (value == null ? null : String(value));

/** All candidates, in their order. Rests where `pace` is due. */
export async function rankCandidates(
  frameworks: Iterable<string>,
  parts: readonly RankedPart[],
  resources: readonly RankedResource[],
  pace: Pace,
): Promise<readonly RankedCandidate[]> {
  const candidates: RankedCandidate[] = [];
  for (const framework of frameworks) {
    const documents = parts.map(({ selected }) =>
      versionOrder(selected.part.snapshotIndex, framework).filter((document) => has(selected.bits, document)),
    );
    if (documents.every(({ length }) => length === 0)) continue;
    await paced(resources.entries(), pace, ([index, resource]) => {
      const best = bestOf(framework, index, resource, { parts, documents });
      if (best !== null) candidates.push(best);
    });
  }
  return sortedInTurns(candidates, pace, (a, b) => compareCandidates(a.key, b.key));
}

interface Ranking {
  readonly parts: readonly RankedPart[];
  /** By part, the record numbers of the framework, the newest version first. */
  readonly documents: readonly Uint32Array[];
}

/** The score of what may not be run, whatever else is so. */
const DENIED = scoreOf([{ verdict: 'no' }]);

/** The best image of a framework at a resource. */
function bestOf(
  framework: string,
  resource: number,
  ranked: RankedResource,
  { parts, documents }: Ranking,
): RankedCandidate | null {
  let best: RankedCandidate | null = null;
  for (const [part, ranking] of parts.entries()) {
    const scoreAt = scorerOf(ranking, ranked, part);
    let first = Number.POSITIVE_INFINITY;
    let found = -1;
    // In the order of versions: of those that are as good, the first one is kept.
    for (const document of documents[part] ?? []) {
      const packed = packedScore(ranking, document, scoreAt(document));
      if (packed >= first) continue;
      [first, found] = [packed, document];
    }
    if (found === -1) continue;
    const one = candidateOf(
      framework,
      resource,
      ranked,
      { part, document: found, score: scoreAt(found) },
      ranking,
    );
    if (best === null || compareCandidates(one.key, best.key) < 0) best = one;
  }
  return best;
}

/**
 * The versions of a framework at a resource, in the order of candidates: of each the best image, as {@link rankCandidates} has it of
 * all of them.
 */
export function rankVersions(
  framework: string,
  resource: number,
  parts: readonly RankedPart[],
  resources: readonly RankedResource[],
): readonly RankedCandidate[] {
  const ranked = resources[resource] as RankedResource;
  const best = new Map<string | null, RankedCandidate>();
  for (const [part, ranking] of parts.entries()) {
    const scoreAt = scorerOf(ranking, ranked, part);
    for (const document of versionOrder(ranking.selected.part.snapshotIndex, framework)) {
      if (!has(ranking.selected.bits, document)) continue;
      const one = candidateOf(
        framework,
        resource,
        ranked,
        { part, document, score: scoreAt(document) },
        ranking,
      );
      const version = one.key[NUMBERS] as string | null;
      const before = best.get(version);
      if (before === undefined || compareCandidates(one.key, before.key) < 0) best.set(version, one);
    }
  }
  return [...best.values()].sort((a, b) => compareCandidates(a.key, b.key));
}

/** A function that gives the score of an image of the part at the resource. */
function scorerOf(
  { classes, standing, dataScores }: RankedPart,
  { use, allowsUnverified, machineScores, execute }: RankedResource,
  part: number,
): (document: number) => number {
  const scores = machineScores[part] as Uint8Array;
  const bits = execute[part] as Bits;
  const own = allowsUnverified ? standing.open : standing.strict;
  return (document) => {
    const machine = scores[classes.machine.of[document] as number] as number;
    const data = dataScores[classes.data.of[document] as number] as number;
    const score = joinedScore(joinedScore(machine, data), own[document] as number);
    return use && has(bits, document) ? score : joinedScore(score, DENIED);
  };
}

/** What images of one framework at one resource are compared by, but for version and id: a smaller one is better. */
function packedScore({ selected, standing }: RankedPart, document: number, score: number): number {
  const preferred = 255 - (selected.preferred?.[document] ?? 0);
  return (
    ((rankOf(score) * 256 + preferred) * 32 + unknownsOf(score)) * 8 + (standing.trust[document] as number)
  );
}

function candidateOf(
  framework: string,
  resource: number,
  { id, isLocal }: RankedResource,
  { part, document, score }: Pick<RankedCandidate, 'part' | 'document' | 'score'>,
  { selected, standing }: RankedPart,
): RankedCandidate {
  const record = selected.part.snapshotIndex.snapshot.records[document] as ImageRecord;
  const key: SortKey = [
    ...[rankOf(score), -(selected.preferred?.[document] ?? 0), unknownsOf(score), isLocal ? 0 : 1],
    ...[standing.trust[document] as number, versionOf(record, framework), record.id, id, framework],
  ];
  return { framework, resource, part, document, score, key };
}

/** The newest version of the framework in the image; null: nobody said. */
export function versionOf({ frameworks }: Pick<ImageRecord, 'frameworks'>, framework: string): string | null {
  let newest: string | null = null;
  for (const { name, version } of frameworks) {
    if (fold(name) === framework && compareVersionsDescending(version, newest) < 0) newest = version;
  }
  return newest;
}

/** The verdict that a candidate has as a whole. */
export const verdictOf = (score: number): (typeof VERDICTS)[number] => VERDICTS[rankOf(score)] ?? 'no';
