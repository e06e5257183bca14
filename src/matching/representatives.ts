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
  const alike: Refinement[] = [];
  for (const part of parts) alike.push(await alikeIn(part, pace));
  // By set of images that are alike, the framework that was last seen with it, and one more.
  const seen = alike.map(({ size }) => new Uint32Array(size));
  await paced(frameworks, pace, (framework) => {
    const begin = found.documents.length;
    const number = found.frameworks.length;
    for (const [part, { selected }] of parts.entries()) {
      const { of } = alike[part] as Refinement;
      const last = seen[part] as Uint32Array;
      const { bits } = selected;
      for (const document of versionOrder(selected.part.snapshotIndex, framework).documents) {
        const set = of[document] as number;
        if (last[set] === number + 1 || !has(bits, document)) continue;
        last[set] = number + 1;
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

/** Images that meet as many preferences, are of one kind, and may be run at the same places. */
async function alikeIn({ selected, kinds, execute }: RankedPart, pace: Pace): Promise<Refinement> {
  const { preferred } = selected;
  let alike = kinds;
  for (const bits of differing(execute)) {
    alike = await alike.by({ limit: 2, of: (document) => (has(bits, document) ? 1 : 0) }, pace);
  }
  if (preferred === null) return alike;
  return alike.by({ limit: 256, of: (document) => preferred[document] as number }, pace);
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

/** What they take in memory, without the records that they name. */
export const bytesOf = ({
  begins,
  parts,
  documents,
  orders,
  positions,
  versions,
  denied,
}: Representatives): number =>
  [begins, parts, documents, orders, positions, ...denied].reduce(
    (sum, { byteLength }) => sum + byteLength,
    0,
  ) +
  versions.length * BYTES_OF_VERSION;

const BYTES_OF_VERSION = 48;
