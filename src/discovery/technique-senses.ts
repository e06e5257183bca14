// What a term means: every sense of it, with what is above and below, and the images that the caller may discover.
import { countHolders } from '../catalog/index/holders.ts';
import type { Sense, Technique, Vocabulary } from '../vocabulary/vocabulary.ts';
import { choiceOf } from './ambiguous.ts';
import type { Answer } from './connection.ts';
import { narrowerHolders } from './narrower-holders.ts';
import type { View } from './view.ts';

/** A technique, in what the caller may discover. */
export interface CountedTechnique {
  readonly technique: Technique;
  /** Images with the technique or a narrower one. */
  imageCount(): number;
}

export interface CountedSense extends CountedTechnique, Sense {
  /** What may be chosen so that this technique is meant. */
  readonly choice: string;
  /** The nearest above it. */
  readonly broader: readonly CountedTechnique[];
  /** The nearest below it. */
  readonly narrower: readonly CountedTechnique[];
}

export interface TechniqueSenses extends Pick<Answer, 'sources' | 'complete'> {
  readonly senses: readonly CountedSense[];
  /** Names near the term; empty where it has a sense, or nothing is near. */
  readonly suggestions: readonly string[];
}

/**
 * The senses of a term, or else the one of an id; empty for a text that means no technique. Counts are over the images of
 * `view` that the caller may discover, made when they are asked for. Never throws.
 */
export function sensesOf(term: string, view: View, vocabulary: Vocabulary): readonly CountedSense[] {
  const counted = (technique: Technique): CountedTechnique => ({
    technique,
    imageCount: () =>
      view.parts.reduce(
        (sum, { snapshotIndex, discover }) =>
          sum +
          countHolders(narrowerHolders(snapshotIndex, 'techniques', technique.id, vocabulary), discover),
        0,
      ),
  });
  const related = (ids: readonly string[]): readonly CountedTechnique[] =>
    ids.flatMap((id) => {
      const technique = vocabulary.technique(id);
      return technique === null ? [] : [counted(technique)];
    });
  return allSenses(term, vocabulary).map((sense) => ({
    ...sense,
    ...counted(sense.technique),
    choice: choiceOf(sense.technique, vocabulary),
    broader: related(sense.technique.broader),
    narrower: related(sense.technique.narrower),
  }));
}

function allSenses(term: string, vocabulary: Vocabulary): readonly Sense[] {
  const senses = vocabulary.senses(term);
  const technique = senses.length > 0 ? null : vocabulary.technique(term);
  return technique === null ? senses : [{ technique, isGeneral: true, facilities: [] }];
}
