// The images that can be the best of their framework: of those that no question and no resource tells apart, the newest.
import { type Bits, has } from '../catalog/bitset.ts';
import type { SelectedPart } from '../discovery/selection.ts';
import type { ImageRecord } from '../model/image.ts';
import { type Pace, paced } from '../model/pace.ts';
import { sortedInTurns } from '../model/sorted.ts';
import { compareImageVersions, type ImageVersion, orderOfImage } from './candidate-order.ts';
import type { ImageKinds } from './image-kinds.ts';
import { versionOf } from './newest-version.ts';
import type { Refinement } from './refinement.ts';
import { DENIED } from './tally.ts';
import { versionOrder } from './version-order.ts';

/** The images of one snapshot that a question selects. */
export interface RankedPart extends ImageKinds {
  readonly selected: SelectedPart;
  /** By place: which images the caller may run there. */
  readonly execute: readonly Bits[];
}

/** By representative, those of one framework after the other. */
export interface Representatives {
  /** Folded names of frameworks that a selected image has, in code units' order. */
  readonly frameworks: readonly string[];
  /** By framework, its first representative; and how many there are of all. */
  readonly begins: Uint32Array;
  /** The number of its snapshot in the parts, and its record number there. */
  readonly parts: Uint32Array;
  readonly documents: Uint32Array;
  /** What preferences and trust make of its order: {@link orderOfImage}. */
  readonly orders: Float64Array;
  /** Its position among all by version and id; that of an image with two frameworks of one version is the same. */
  readonly positions: Uint32Array;
  /** By position, what has it. */
  readonly versions: readonly ImageVersion[];
  /** By place, the tally of whether the caller may run it there. */
  readonly denied: readonly Uint8Array[];
}

/** The representatives of the frameworks, which are in code units' order. Rests where `pace` is due. */
export async function representativesOf(
  frameworks: Iterable<string>,
  parts: readonly RankedPart[],
  pace: Pace,
): Promise<Representatives> {
  const found = await find(frameworks, parts, pace);
  const documents = Uint32Array.from(found.documents);
  const places = parts[0]?.execute.length ?? 0;
  const orders = new Float64Array(documents.length);
  const denied = Array.from({ length: places }, () => new Uint8Array(documents.length));
  const images: ImageVersion[] = [];
  await paced(documents.entries(), pace, ([index, document]) => {
    const { selected, standing, execute } = parts[found.parts[index] as number] as RankedPart;
    const record = selected.part.snapshotIndex.snapshot.records[document] as ImageRecord;
    const framework = found.frameworks[found.owners[index] as number] as string;
    images.push({ version: versionOf(record, framework), image: record.id });
    orders[index] = orderOfImage(selected.preferred?.[document] ?? 0, standing.trust[document] as number);
    for (const [place, column] of denied.entries()) {
      column[index] = has(execute[place] as Bits, document) ? 0 : DENIED;
    }
  });
  return {
    frameworks: found.frameworks,
    begins: Uint32Array.from([...found.begins, documents.length]),
    parts: Uint32Array.from(found.parts),
    ...{ documents, orders, denied },
    ...(await positioned(images, pace)),
  };
}

/** As it is found: by representative the number of its framework, of its part, and of its record. */
interface Found {
  readonly frameworks: string[];
  readonly begins: number[];
  readonly owners: number[];
  readonly parts: number[];
  readonly documents: number[];
}

async function find(frameworks: Iterable<string>, parts: readonly RankedPart[], pace: Pace): Promise<Found> {
  const found: Found = { frameworks: [], begins: [], owners: [], parts: [], documents: [] };
  const seen: Seen[] = [];
  for (const { selected, kinds, execute } of parts) {
    const { preferred } = selected;
    const alike =
      preferred === null
        ? kinds
        : await kinds.by({ limit: 256, of: (document) => preferred[document] as number }, pace);
    seen.push(new Seen(alike, execute));
  }
  await paced(frameworks, pace, (framework) => {
    const begin = found.documents.length;
    const number = found.frameworks.length;
    for (const [part, { selected }] of parts.entries()) {
      const { snapshotIndex } = selected.part;
      for (const document of versionOrder(snapshotIndex, framework).documents) {
        if (!has(selected.bits, document) || !seen[part]?.isNew(document, number)) continue;
        found.owners.push(number);
        found.parts.push(part);
        found.documents.push(document);
      }
    }
    if (found.documents.length === begin) return;
    found.frameworks.push(framework);
    found.begins.push(begin);
  });
  return found;
}

/**
 * The images of a snapshot that were seen of a framework. Of those that are alike the first one is the best wherever it may be run, and a
 * later one is better where it may be run and none before may.
 */
class Seen {
  readonly #alike: Refinement;
  readonly #execute: readonly Bits[];
  /** By set, one more than the framework that was seen last. */
  readonly #last: Uint32Array;
  /** By set, how many places are left where none may be run. */
  readonly #left: Uint32Array;
  /** By set and place, whether one may be run there. */
  readonly #runs: Uint8Array;

  constructor(alike: Refinement, execute: readonly Bits[]) {
    this.#alike = alike;
    this.#execute = differing(execute);
    this.#last = new Uint32Array(alike.size);
    this.#left = new Uint32Array(alike.size);
    this.#runs = new Uint8Array(alike.size * this.#execute.length);
  }

  /** Whether the image can be the best of the framework; `framework`: its number, which is not below the last one. */
  isNew(document: number, framework: number): boolean {
    const set = this.#alike.of[document] as number;
    const places = this.#execute.length;
    const begin = set * places;
    const isFirst = this.#last[set] !== framework + 1;
    if (isFirst) {
      this.#last[set] = framework + 1;
      this.#left[set] = places;
      this.#runs.fill(0, begin, begin + places);
    }
    const before = this.#left[set] as number;
    if (before === 0) return isFirst;
    let left = before;
    for (let place = 0; place < places; place += 1) {
      if (this.#runs[begin + place] === 1 || !has(this.#execute[place] as Bits, document)) continue;
      this.#runs[begin + place] = 1;
      left -= 1;
    }
    this.#left[set] = left;
    return isFirst || left < before;
  }
}

/** Each set once. */
function differing(sets: readonly Bits[]): readonly Bits[] {
  const all: Bits[] = [];
  for (const bits of sets) {
    if (!all.some((other) => other.every((word, index) => word === bits[index]))) all.push(bits);
  }
  return all;
}

/** The position of each by version and id, and what has each position. */
async function positioned(
  images: readonly ImageVersion[],
  pace: Pace,
): Promise<Pick<Representatives, 'positions' | 'versions'>> {
  const positions = new Uint32Array(images.length);
  const versions: ImageVersion[] = [];
  const order = await sortedInTurns(images.keys(), pace, (a, b) =>
    compareImageVersions(images[a] as ImageVersion, images[b] as ImageVersion),
  );
  await paced(order, pace, (index) => {
    const image = images[index] as ImageVersion;
    const last = versions.at(-1);
    if (last === undefined || compareImageVersions(last, image) !== 0) versions.push(image);
    positions[index] = versions.length - 1;
  });
  return { positions, versions };
}
