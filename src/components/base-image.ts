// On which image another one is built: as its labels say, and by the layers that both have. Nothing is asked, and a label
// is its author's word.
import { BOUNDS } from '../model/bounds.ts';
import { cleanLine } from '../model/clean-text.ts';
import { digestOf, isDigest } from '../model/digest.ts';

/** OCI image specification, annotations. */
const NAME = 'org.opencontainers.image.base.name';
const DIGEST = 'org.opencontainers.image.base.digest';

/** As labels or annotations state it; at least one of both is stated. */
export interface StatedBase {
  /** Inert text of at most 2,048 UTF-16 units, such as `docker.io/library/debian:12`. */
  readonly name: string | null;
  /** The digest of its manifest. */
  readonly digest: string | null;
}

/** An image, under whatever name, and the digests of its layers, the lowest first: of one kind, as blobs or as diff ids. */
export interface LayeredImage {
  readonly id: string;
  readonly layers: readonly string[];
}

/** Images that others may be built on, found by their layers. */
export interface BaseIndex {
  /**
   * The ids, sorted, of the images with the most layers that are the first ones of these, and not all of them: an image is
   * not its own base, and two with the same layers are copies. Empty where there is none.
   */
  basesOf(layers: readonly string[]): readonly string[];
}

/**
 * The base image that the labels state (`org.opencontainers.image.base.name` and `.digest`, OCI image
 * specification); null if they state none. What is longer than its bound, or no digest, is not stated.
 */
export function statedBase(labels: Readonly<Record<string, unknown>>): StatedBase | null {
  const name = own(labels, NAME);
  const digest = own(labels, DIGEST);
  const stated = {
    name: name !== null && name.length <= BOUNDS.url ? cleanLine(name) : null,
    digest: digest !== null && isDigest(digest.trim()) ? digest.trim() : null,
  };
  return stated.name === null && stated.digest === null ? null : stated;
}

function own(labels: Readonly<Record<string, unknown>>, key: string): string | null {
  const value = Object.hasOwn(labels, key) ? labels[key] : null;
  return typeof value === 'string' ? value : null;
}

/** How many layers two images have in common, from the lowest on. */
export function commonLayers(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count += 1;
  return count;
}

/**
 * An index over images, whose `basesOf` gives those with the most layers that are the first ones of others;
 * those without layers are no base of anything. Never throws.
 */
export function indexBases(images: Iterable<LayeredImage>): BaseIndex {
  const byChain = new Map<string, string[]>();
  for (const { id, layers } of images) {
    const chain = chainsOf(layers).at(-1);
    if (chain === undefined) continue;
    const ids = byChain.get(chain);
    if (ids === undefined) byChain.set(chain, [id]);
    else ids.push(id);
  }
  return {
    basesOf(layers) {
      const chains = chainsOf(layers.slice(0, -1));
      for (const chain of chains.reverse()) {
        const ids = byChain.get(chain);
        if (ids !== undefined) return [...new Set(ids)].sort();
      }
      return [];
    },
  };
}

/** By layer: what stands for it and all below it, as a ChainID (OCI image specification) does. */
function chainsOf(layers: readonly string[]): string[] {
  const chains: string[] = [];
  for (const layer of layers) chains.push(digestOf(`${chains.at(-1) ?? ''} ${layer}`));
  return chains;
}
