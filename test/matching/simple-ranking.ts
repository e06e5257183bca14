// The order of candidates as simply as it can be said: each image at each resource is judged, and all are sorted. What is faster must
// give the same.
import type { Bits } from '../../src/catalog/bitset.ts';
import { has } from '../../src/catalog/bitset.ts';
import { compareVersionsDescending } from '../../src/catalog/index/order.ts';
import type { SortKey } from '../../src/discovery/cursor.ts';
import { judge, type Known } from '../../src/matching/candidate.ts';
import { needsOf } from '../../src/matching/needs.ts';
import { versionOf } from '../../src/matching/newest-version.ts';
import { standing } from '../../src/matching/permission.ts';
import type { Question } from '../../src/matching/question.ts';
import { VERDICTS, type Verdict, whole } from '../../src/matching/verdict.ts';
import type { ComputeResource } from '../../src/model/compute.ts';
import { fold } from '../../src/model/fold.ts';
import type { ImageRecord } from '../../src/model/image.ts';
import { byCodeUnits } from '../../src/model/sorted.ts';

/** The records of one snapshot: those that are selected, how many preferences each meets, and who may be run at each resource. */
export interface SimplePart {
  readonly records: readonly ImageRecord[];
  readonly selected: Bits;
  readonly preferred: readonly number[];
  /** By resource. */
  readonly execute: readonly Bits[];
}

export interface SimpleResource {
  readonly resource: ComputeResource;
  readonly use: boolean;
}

/** A framework at a resource, by one of its images. */
export interface SimpleCandidate {
  readonly framework: string;
  readonly resource: number;
  readonly part: number;
  readonly document: number;
  readonly verdict: Verdict;
  readonly key: SortKey;
}

/** Negative where the candidate of the first key comes first. */
export function compareCandidates(a: SortKey, b: SortKey): number {
  for (let index = 0; index < 5; index += 1) {
    const order = Number(a[index]) - Number(b[index]);
    if (order !== 0) return order;
  }
  return (
    compareVersionsDescending(a[5] as string | null, b[5] as string | null) ||
    byCodeUnits(String(a[6]), String(b[6])) ||
    byCodeUnits(String(a[7]), String(b[7])) ||
    byCodeUnits(String(a[8]), String(b[8]))
  );
}

/** All images of all frameworks at all resources, in the order of candidates. */
export function simpleRanking(
  parts: readonly SimplePart[],
  resources: readonly SimpleResource[],
  question: Question,
  known: Known,
): readonly SimpleCandidate[] {
  const all = parts.flatMap(({ records, selected, preferred, execute }, part) =>
    records.flatMap((record, document) => {
      if (!has(selected, document)) return [];
      const frameworks = new Set(record.frameworks.map(({ name }) => fold(name)));
      return [...frameworks].flatMap((framework) =>
        resources.map(({ resource, use }, index): SimpleCandidate => {
          const { findings } = judge(needsOf(record), resource, question, known);
          const isAllowed = use && has(execute[index] as Bits, document);
          const verdicts = [
            ...[...findings, ...standing(record, resource.allowsUnverified)].map(({ verdict }) => verdict),
            isAllowed ? ('yes' as const) : ('no' as const),
          ];
          const verdict = whole(verdicts.map((one) => ({ verdict: one })));
          const local = findings.find(({ dimension }) => dimension === 'locality')?.verdict === 'yes';
          const key: SortKey = [
            ...[VERDICTS.indexOf(verdict), 0 - (preferred[document] ?? 0)],
            ...[verdicts.filter((one) => one === 'unknown').length, local ? 0 : 1],
            ['verified', 'claimed', 'unsigned', 'unknown', 'failed'].indexOf(record.trust.state),
            ...[versionOf(record, framework), record.id, resource.id, framework],
          ];
          return { framework, resource: index, part, document, verdict, key };
        }),
      );
    }),
  );
  return all.sort((a, b) => compareCandidates(a.key, b.key));
}

/** The first of each key: the best image of each candidate, or of each version. */
export function bestOf(
  ranked: readonly SimpleCandidate[],
  keyOf: (candidate: SimpleCandidate) => string,
): readonly SimpleCandidate[] {
  const seen = new Set<string>();
  return ranked.filter((candidate) => !seen.has(keyOf(candidate)) && seen.add(keyOf(candidate)));
}
