// The data that a person asks about: what they say of them, and what a data catalog says by the PID. A person's own word wins.
import type { LookedUp } from '../data-catalogs/data-catalogs.ts';
import type { Notice } from '../discovery/connection.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import type { Question } from './question.ts';

/** What a person says of their data, by the vocabulary and the facilities; null: nothing. */
export interface SaidData {
  readonly format: string | null;
  readonly technique: string | null;
  readonly facility: string | null;
  readonly size: number | null;
}

export interface StatedData {
  readonly data: Pick<Question, 'formats' | 'techniques' | 'facility' | 'size' | 'path'>;
  /** About what both say and differ in. */
  readonly notices: readonly Notice[];
}

/** Both together; `lookedUp` null: there is no PID, so that what is not said is not asked. */
export function statedData(
  said: SaidData,
  lookedUp: LookedUp | null,
  vocabulary: Pick<Vocabulary, 'narrower' | 'narrowerFormats'>,
): StatedData {
  const dataSet = lookedUp?.dataSet ?? null;
  const terms = (own: string | null, theirs: readonly string[] | null): readonly string[] | null =>
    own !== null ? [own] : lookedUp === null ? [] : theirs;
  const differing: readonly Name[] = (
    [
      differs(said.format, dataSet?.formats ?? null, vocabulary.narrowerFormats) && 'format',
      differs(said.technique, dataSet?.techniques ?? null, vocabulary.narrower) && 'technique',
      lookedUp !== null &&
        said.facility !== null &&
        said.facility !== lookedUp.outcome.facility &&
        'facility',
      dataSet?.size != null && said.size !== null && said.size !== dataSet.size && 'size',
    ] as const
  ).filter((name) => name !== false);
  return {
    data: {
      formats: terms(said.format, dataSet?.formats ?? null),
      techniques: terms(said.technique, dataSet?.techniques ?? null),
      // By the PID alone, so that it is known whether or not the catalog answers.
      facility: said.facility ?? lookedUp?.outcome.facility ?? null,
      size: said.size ?? dataSet?.size ?? null,
      // Elsewhere it would be another folder.
      path: differing.includes('facility') ? null : (dataSet?.path ?? null),
    },
    notices: differing.map((name) => ({
      code: 'DATA_CONTRADICTION',
      message: `Of the ${name} of the data you say other than their data catalog; what you say is used.`,
      suggestions: theirsOf(name, lookedUp),
    })),
  };
}

type Name = 'format' | 'technique' | 'facility' | 'size';

/** What the catalog says. */
function theirsOf(name: Name, lookedUp: LookedUp | null): readonly string[] {
  switch (name) {
    case 'format':
      return lookedUp?.dataSet?.formats ?? [];
    case 'technique':
      return lookedUp?.dataSet?.techniques ?? [];
    case 'facility':
      return lookedUp === null ? [] : [lookedUp.outcome.facility];
    case 'size':
      return lookedUp?.dataSet?.size == null ? [] : [String(lookedUp.dataSet.size)];
  }
}

/** Whether a person says other than the catalog: a broader or a narrower term is no other. */
function differs(
  own: string | null,
  theirs: readonly string[] | null,
  narrower: (id: string) => readonly string[],
): boolean {
  if (own === null || theirs === null) return false;
  return !theirs.some((id) => id === own || narrower(id).includes(own) || narrower(own).includes(id));
}
