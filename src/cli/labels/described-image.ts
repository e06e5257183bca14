// What a description says, in the words of other formats: names by the vocabulary, addresses, a name for programs.

import type { Description } from '../../sources/labels/description.ts';
import type { LabelCondition, LabelFacts } from '../../sources/labels.ts';
import { NAMESPACE } from '../../vocabulary/panet/ontology.ts';
import type { Vocabulary } from '../../vocabulary/vocabulary.ts';

/** A description with what its names mean. */
export interface DescribedImage {
  readonly facts: LabelFacts;
  /** The value of its label. */
  readonly description: Description;
  readonly vocabulary: Vocabulary;
}

/** A technique as written, with PaNET's label and address where it is one of PaNET's; null: it is not. */
export interface NamedTechnique {
  readonly name: string;
  readonly url: string | null;
}

/** The techniques of the image, in the order of the description. */
export const techniquesOf = ({ facts, vocabulary }: DescribedImage): readonly NamedTechnique[] =>
  facts.described.techniques.map((written) => {
    const technique = vocabulary.technique(written);
    if (technique === null) return { name: written, url: null };
    const isPanet = /^PaNET\d+$/.test(technique.id);
    return { name: technique.label, url: isPanet ? `${NAMESPACE}${technique.id}` : null };
  });

/** Ids of the formats by the vocabulary; those that it does not have, as they are written. */
export const formatsOf = (names: readonly string[], vocabulary: Vocabulary): readonly string[] =>
  names.map((name) => vocabulary.format(name)?.id ?? name);

/** The terms: an id of the SPDX License List with its address, or an expression or text without one. null: none are stated. */
export function licenseOf({
  facts,
  vocabulary,
}: DescribedImage): { readonly name: string; readonly url: string | null } | null {
  const text = facts.described.licenses[0]?.text;
  if (text === undefined) return null;
  const { expression } = vocabulary.license(text);
  const name = expression ?? text;
  const isListed = !name.startsWith('LicenseRef-') && vocabulary.licenses().includes(name);
  return { name, url: isListed ? `https://spdx.org/licenses/${name}` : null };
}

/** The title, else the frameworks with their versions; null: there is neither. */
export function titleOf({ facts }: DescribedImage): string | null {
  const { title, frameworks } = facts.described;
  const software = frameworks.map(({ name, version }) => (version === null ? name : `${name} ${version}`));
  return title ?? (software.length === 0 ? null : software.join(', '));
}

/** When it was made, in UTC (RFC 3339); null: it is not said. */
export function createdAt({ facts }: DescribedImage): string | null {
  const { created } = facts.described;
  return created === null ? null : new Date(created.replace(' ', 'T')).toISOString();
}

/** What is asked of who uses it, a text for each condition and restriction; empty: nothing. */
export function accessTexts({ facts: { restrictions } }: DescribedImage): readonly string[] {
  const { sharing, listed, conditions } = restrictions;
  return [
    ...(sharing === null ? [] : [`sharing: ${sharing}`]),
    ...(listed ? [] : ['not listed']),
    ...conditions.map(conditionText),
  ];
}

function conditionText({ kind, groups, facilities, servers }: LabelCondition): string {
  const values = [...groups, ...facilities, ...servers];
  return values.length === 0 ? kind : `${kind}: ${values.join(', ')}`;
}
