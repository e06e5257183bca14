// Whether an image reads the format of the data.
import type { Vocabulary } from '../../vocabulary/vocabulary.ts';
import type { Needs } from '../needs.ts';
import type { Question } from '../question.ts';
import type { Outcome } from '../verdict.ts';
import { judgeTerm, type TermKind } from './term.ts';

const FORMAT: TermKind = { code: 'FORMAT', asked: 'The data are', does: 'reads', label: 'io.panfed.reads' };

/**
 * The dimension `format`: the data's against what the image reads, as {@link judgeTerm}. What is narrower is the vocabulary's to
 * say (vocabularies/formats.json, `isA` and `in`): each file of NXtomo is one of NeXus, and of HDF5.
 */
export const judgeFormat = (
  needs: Pick<Needs, 'reads'>,
  { formats }: Pick<Question, 'formats'>,
  vocabulary: Vocabulary,
): Outcome =>
  judgeTerm(FORMAT, formats, needs.reads, vocabulary.narrowerFormats, (id) => vocabulary.format(id)?.label);
