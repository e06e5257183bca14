// The versions of a candidate: of each the best image of the framework at the resource, in the order of candidates.
import { has } from '../catalog/bitset.ts';
import type { ImageRecord } from '../model/image.ts';
import type { Ranked, RankedResource } from './candidate-keys.ts';
import { compareImageVersions, cursorKeyOf, type ImageVersion, orderOf } from './candidate-order.ts';
import { versionOf } from './newest-version.ts';
import type { RankedCandidate } from './rank.ts';
import type { RankedPart } from './representatives.ts';
import { DENIED } from './tally.ts';
import { versionOrder } from './version-order.ts';

/** An image of the framework. */
interface Ordered extends ImageVersion {
  readonly part: number;
  readonly document: number;
}

/**
 * The first versions of a candidate, `most` of them at most. They are read in the order of their images: of several images of a version
 * the first one is the best, so that no other one is described.
 */
export function rankVersions(
  { framework, resource }: Pick<RankedCandidate, 'framework' | 'resource'>,
  ranked: Ranked,
  most: number,
): readonly RankedCandidate[] {
  const at = ranked.resources[resource] as RankedResource;
  const seen = new Set<string | null>();
  const versions: RankedCandidate[] = [];
  for (const [order, lists] of byOrder(framework, at, ranked)) {
    for (const { part, document, version, image } of merged(lists, framework, ranked.parts)) {
      if (versions.length === most) return versions;
      if (seen.has(version)) continue;
      seen.add(version);
      const key = cursorKeyOf({ order, version, image, resource: at.id, framework });
      versions.push({ framework, resource, part, document, key });
    }
  }
  return versions;
}

/** The first selected image of each version by order, the best first: of each part the record numbers, the newest version first. */
function byOrder(
  framework: string,
  resource: RankedResource,
  { parts, data }: Ranked,
): readonly (readonly [order: number, lists: readonly number[][]])[] {
  const orders = new Map<number, number[][]>();
  for (const [part, { selected, classes, standing, execute }] of parts.entries()) {
    const machine = resource.machine[part] as Uint8Array;
    const tallies = data[part] as Uint8Array;
    const own = resource.allowsUnverified ? standing.open : standing.strict;
    const allowed = execute[resource.place] as Uint32Array;
    const { documents, runs } = versionOrder(selected.part.snapshotIndex, framework);
    /** By order, the version that was seen last. */
    const last = new Map<number, number>();
    for (let index = 0; index < documents.length; index += 1) {
      const document = documents[index] as number;
      if (!has(selected.bits, document)) continue;
      const tally =
        resource.tally +
        (machine[classes.machine.of[document] as number] as number) +
        (tallies[classes.data.of[document] as number] as number) +
        (own[document] as number) +
        (resource.use && has(allowed, document) ? 0 : DENIED);
      const preferred = selected.preferred?.[document] ?? 0;
      const order = orderOf(tally, preferred, resource.isLocal, standing.trust[document] as number);
      if (last.get(order) === runs[index]) continue;
      last.set(order, runs[index] as number);
      const lists = orders.get(order) ?? parts.map(() => []);
      orders.set(order, lists);
      (lists[part] as number[]).push(document);
    }
  }
  return [...orders].sort(([a], [b]) => a - b);
}

/** The images of all parts by version and id; each list is in that order. */
function* merged(
  lists: readonly number[][],
  framework: string,
  parts: readonly RankedPart[],
): Generator<Ordered> {
  const next = (part: number, position: number): (Ordered & { readonly position: number }) | null => {
    const document = lists[part]?.[position];
    if (document === undefined) return null;
    const { records } = (parts[part] as RankedPart).selected.part.snapshotIndex.snapshot;
    const record = records[document] as ImageRecord;
    return { part, document, position, version: versionOf(record, framework), image: record.id };
  };
  const heads = lists.flatMap((_, part) => next(part, 0) ?? []);
  while (heads.length > 0) {
    const first = heads.reduce((best, head) => (compareImageVersions(head, best) < 0 ? head : best));
    yield first;
    const following = next(first.part, first.position + 1);
    if (following === null) heads.splice(heads.indexOf(first), 1);
    else heads[heads.indexOf(first)] = following;
  }
}
