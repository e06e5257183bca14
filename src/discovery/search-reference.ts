// What a reference finds that was pasted into a search: the image, or without tag and digest all images of its repository.
// Whether a record is meant depends on that record alone, so that a hidden one changes nothing.
import { add, type Bits, has } from '../catalog/bitset.ts';
import { nameOf, type SnapshotIndex } from '../catalog/index/snapshot-index.ts';
import type { ImageReference } from '../model/image-reference.ts';
import { type Pace, paced } from '../model/pace.ts';
import { MAX_SCORE, type SearchMatches } from './search.ts';
import { MAX_TERMS } from './search-terms.ts';

/** More than any words are worth. */
const SCORE = MAX_SCORE * MAX_TERMS + 1;

/**
 * The matches of the words, and the visible records of the reference, which come first. The matches that were given
 * stay as they are. `visible`: by record number. Rests where `pace` is due; never rejects.
 */
export async function withReferenced(
  { bits, scores }: SearchMatches,
  snapshotIndex: SnapshotIndex,
  reference: ImageReference,
  visible: Bits,
  pace: Pace,
): Promise<SearchMatches> {
  const joined: SearchMatches = { bits: bits.slice(), scores: scores.slice() };
  for (const document of await documentsOf(snapshotIndex, reference, visible, pace)) {
    if (!has(visible, document)) continue;
    add(joined.bits, document);
    joined.scores[document] = SCORE;
  }
  return joined;
}

/** Record numbers; those that are not visible may be among them. */
async function documentsOf(
  { byReference, snapshot }: SnapshotIndex,
  { name, tag, digest }: ImageReference,
  visible: Bits,
  pace: Pace,
): Promise<readonly number[]> {
  if (digest !== null) return byReference.get(`${name}@${digest}`) ?? [];
  if (tag !== null) return byReference.get(`${name}:${tag}`) ?? [];
  const documents: number[] = [];
  await paced(snapshot.records.keys(), pace, (document) => {
    const record = snapshot.records[document];
    if (has(visible, document) && record !== undefined && nameOf(record) === name) documents.push(document);
  });
  return documents;
}
