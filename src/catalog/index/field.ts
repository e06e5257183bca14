// The inverted index of one field in a snapshot: the records that have each value, with the spellings of one value
// together.
import { fold } from '../../model/fold.ts';
import { type Pace, paced } from '../../model/pace.ts';
import { byCodeUnits, sortedInTurns } from '../../model/sorted.ts';
import { type Holders, holdersOf } from './holders.ts';

/** One spelling of a value, and the numbers (ascending) of the records that use it. */
export interface Spelling {
  readonly text: string;
  readonly documents: Uint32Array;
}

/** A value without regard to case: its spellings, in code-unit order, and all records that have it. */
export interface FieldValue extends Holders {
  readonly folded: string;
  readonly spellings: readonly Spelling[];
}

export type FieldIndex = ReadonlyMap<string, FieldValue>;

/** Collects pairs of a value and a record's number; numbers must be added in ascending order. */
export class FieldIndexBuilder {
  readonly #spellings = new Map<string, number[]>();

  /** Adds a value as it is spelled; the same pair again changes nothing. */
  add(value: string, document: number): void {
    const documents = this.#spellings.get(value);
    if (documents === undefined) this.#spellings.set(value, [document]);
    else if (documents[documents.length - 1] !== document) documents.push(document);
  }

  /**
   * The index of a snapshot of `size` records, by folded value. Rests where the pace says so; nothing may be added afterwards.
   */
  async build(size: number, pace: Pace): Promise<FieldIndex> {
    const groups = new Map<string, Spelling[]>();
    const texts = await sortedInTurns(this.#spellings.keys(), pace, byCodeUnits);
    await paced(texts, pace, (text) => {
      const spelling = { text, documents: Uint32Array.from(this.#spellings.get(text) ?? []) };
      const folded = fold(text);
      const group = groups.get(folded);
      if (group === undefined) groups.set(folded, [spelling]);
      else group.push(spelling);
    });
    const index = new Map<string, FieldValue>();
    await paced(groups, pace, ([folded, spellings]) => {
      const documents = union(spellings.map((spelling) => spelling.documents));
      index.set(folded, { folded, spellings, ...holdersOf(size, documents) });
    });
    return index;
  }
}

function union(lists: readonly Uint32Array[]): Uint32Array {
  const [only] = lists;
  if (only !== undefined && lists.length === 1) return only;
  return Uint32Array.from(new Set(lists.flatMap((list) => [...list]))).sort();
}
