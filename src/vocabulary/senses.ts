// The techniques that a text means: to everybody, and to each facility.
import type { FacilityTerm } from './facility-terms.ts';
import { joinedKey } from './names.ts';
import type { Techniques } from './techniques.ts';
import type { Sense, Technique, Vocabulary } from './vocabulary.ts';

/**
 * The lookups of techniques by text, as {@link Vocabulary} describes them, with the terms of facilities (none by default). A
 * term whose id is not among the techniques, or whose text has no key, is left out; of a facility's terms with one key the
 * last counts. Never throws, nor do the lookups.
 */
export function indexSenses(
  techniques: Techniques,
  terms: readonly FacilityTerm[] = [],
): Pick<Vocabulary, 'technique' | 'senses' | 'techniqueAt'> {
  /** By the key of the term and then by facility. */
  const own = new Map<string, Map<string, Technique>>();
  for (const { facility, term, id } of terms) {
    const key = joinedKey(term);
    const technique = techniques.byId(id);
    if (key === null || technique === null) continue;
    const said = own.get(key) ?? new Map<string, Technique>();
    own.set(key, said.set(facility, technique));
  }
  const ownOf = (text: string): ReadonlyMap<string, Technique> => own.get(joinedKey(text) ?? '') ?? NOBODYS;

  function senses(text: string): readonly Sense[] {
    const found = new Map<Technique, { isGeneral: boolean; facilities: string[] }>();
    for (const technique of techniques.named(text)) found.set(technique, { isGeneral: true, facilities: [] });
    for (const [facility, technique] of ownOf(text)) {
      const sense = found.get(technique) ?? { isGeneral: false, facilities: [] };
      sense.facilities.push(facility);
      found.set(technique, sense);
    }
    return [...found].map(([technique, sense]) => ({ technique, ...sense }));
  }

  return {
    senses,
    technique: (text) => techniques.byId(text) ?? only(senses(text).map(({ technique }) => technique)),
    techniqueAt: (facility, text) =>
      techniques.byId(text) ?? ownOf(text).get(facility) ?? only(techniques.named(text)),
  };
}

const NOBODYS: ReadonlyMap<string, Technique> = new Map();

/** The first if there is no other; null. */
const only = (techniques: readonly Technique[]): Technique | null =>
  techniques.length === 1 ? (techniques[0] ?? null) : null;
