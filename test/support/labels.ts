// For tests of labels: what they say of an image of which nothing else is known.
import { type LabelFacts, type LabelLicense, mapLabels } from '../../src/sources/labels.ts';
import { loadVocabulary } from '../../src/vocabulary/load.ts';

const { framework } = loadVocabulary();

/** By the real vocabulary, of an image whose registry states `frameworks`; null: none. */
export const readLabels = (
  labels: Readonly<Record<string, string>>,
  frameworks: readonly string[] | null = null,
): LabelFacts => mapLabels(labels, { repository: 'lab/image', frameworks, canonical: framework });

/** What is stated, without the labels' names. */
export const textsOf = (licenses: readonly LabelLicense[]): readonly string[] =>
  licenses.map(({ text }) => text);

/** Without the names of labels, and with requirements in which nothing is said as none. */
export function plainFacts({ described, ...facts }: LabelFacts) {
  const { requires, licenses, ...fields } = described;
  const nothing =
    requires === null || Object.values(requires).every((value) => value === null || String(value) === '');
  return {
    ...facts,
    ...fields,
    requires: nothing ? null : requires,
    licenses: [...new Set(textsOf(licenses))],
  };
}
