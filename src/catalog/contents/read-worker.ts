// What runs in the thread of sbom-reader.ts: reads SBOMs, and packs their components for the way back.
import { pack } from '../../sources/parsed.ts';
import { loadVocabulary } from '../../vocabulary/load.ts';
import { readSboms } from './read-sboms.ts';
import type { PackedSboms, ReadTask } from './sbom-reader.ts';

/** Components in one node: of the longest texts they are within the bound of {@link pack}. */
const TOGETHER = 32;

/** The SBOMs of the task, with their components in nodes of {@link TOGETHER} (32). */
export default function read({ layers, subjects }: ReadTask): PackedSboms {
  const vocabulary = loadVocabulary();
  const { sboms, isWhole } = readSboms(layers, subjects, (text) => vocabulary.license(text).expression);
  const packed = sboms.map(({ components, ...sbom }) => {
    const nodes: (readonly unknown[])[] = [];
    for (let start = 0; start < components.length; start += TOGETHER) {
      nodes.push(components.slice(start, start + TOGETHER));
    }
    return { ...sbom, components: pack(nodes) };
  });
  return { sboms: packed, isWhole };
}
