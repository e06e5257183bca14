// Whether an image is for the technique of the data.
import type { Vocabulary } from '../../vocabulary/vocabulary.ts';
import type { Needs } from '../needs.ts';
import type { Question } from '../question.ts';
import type { Outcome } from '../verdict.ts';
import { judgeTerm, type TermKind } from './term.ts';

const TECHNIQUE: TermKind = {
  code: 'TECHNIQUE',
  asked: 'The data are of',
  does: 'is for',
  label: 'io.panfed.techniques',
};

/**
 * The dimension `technique`: the data's against those of the image, as {@link judgeTerm}. What is narrower is PaNET's to say
 * (vocabularies/techniques.json, from https://github.com/ExPaNDS-eu/ExPaNDS-experimental-techniques-ontology).
 */
export const judgeTechnique = (
  needs: Pick<Needs, 'techniques'>,
  { techniques }: Pick<Question, 'techniques'>,
  vocabulary: Vocabulary,
): Outcome =>
  judgeTerm(
    TECHNIQUE,
    techniques,
    needs.techniques,
    vocabulary.narrower,
    (id) => vocabulary.technique(id)?.label,
  );
