// Techniques: PaNET concepts by id, label and synonym, and the narrower ones of each.
import { z } from 'zod';
import { joinedKey, NameIndex, nameKey } from './names.ts';
import { narrowerIn } from './narrower.ts';
import { spellingKey, spellingsOf } from './spelling.ts';
import type { Technique } from './vocabulary.ts';

const id = z.string().regex(/^PaNET\d{5,7}$/, 'a PaNET id has the form PaNET01168');
const name = z.string().trim().min(1).max(256);

const technique = z.strictObject({
  id,
  label: name,
  synonyms: z.array(name),
  definition: z.string().trim().min(1).max(4_096).optional(),
  parents: z.array(id),
});

/** The file of techniques: a term each, with its parents, which must be terms of the file. */
export const techniquesSchema = z.strictObject({
  about: z.record(z.string(), z.string()).describe('Name, source, version, licence and attribution'),
  techniques: z
    .array(technique)
    .min(1)
    .superRefine((techniques, context) => {
      const ids = new Set<string>();
      for (const [index, technique] of techniques.entries()) {
        if (ids.has(technique.id)) {
          context.addIssue({
            code: 'custom',
            path: [index, 'id'],
            message: `${technique.id} is listed twice`,
          });
        }
        ids.add(technique.id);
      }
      for (const [index, technique] of techniques.entries()) {
        for (const [at, parent] of technique.parents.entries()) {
          if (!ids.has(parent)) {
            const path = [index, 'parents', at];
            context.addIssue({ code: 'custom', path, message: `${parent} is not a technique of this file` });
          }
        }
      }
    }),
});
export type TechniquesFile = z.infer<typeof techniquesSchema>;

/** A technique that PaNET does not have, of one or several labs. */
export interface OwnTechnique {
  readonly id: string;
  readonly label: string;
  readonly definition: string | null;
  /** Ids of what is above it. */
  readonly broader: readonly string[];
}

export interface Techniques {
  /** In the file's order, those of labs behind them. */
  readonly terms: readonly Technique[];
  /** The technique of an id, of PaNET in any of its forms; null where there is none. */
  byId(text: string): Technique | null;
  /**
   * Every technique of a label or synonym: of those that are written so, whether the words are joined, hyphenated or separate;
   * where there is none, of those that differ in plural or singular, accents, and British or American spelling. `EM` is PaNET's
   * synonym of one, PaNET01145.
   */
  named(text: string): readonly Technique[];
  /** The technique and all below it, in the order of `terms`; empty for an id that is not known. */
  narrower(id: string): readonly string[];
}

/** `PaNET01168`, `panet:PaNET01168` and `http(s)://purl.org/pan-science/PaNET/PaNET01168`, in any case. */
const ID_FORM = /^(?:panet:|https?:\/\/purl\.org\/pan-science\/panet\/)?(panet\d{5,7})$/;

/** What labs add to PaNET. */
export interface Additions {
  /** Techniques whose ids are of another form than PaNET's. */
  readonly own: readonly OwnTechnique[];
  /** Words, each with the id of what it means at some lab. */
  readonly terms: readonly { readonly term: string; readonly id: string }[];
}

/** The lookups of PaNET's techniques, and of what labs add (nothing by default). Labs' words name nothing by themselves. */
export function indexTechniques(
  file: TechniquesFile,
  { own, terms: words }: Additions = { own: [], terms: [] },
): Techniques {
  const ids = new NameIndex<Technique>();
  const exact = new NameIndex<Technique>(joinedKey);
  const spelled = new NameIndex<Technique>(spellingKey);
  const below = new Map<string, string[]>();
  const stated = [
    ...file.techniques.map((one) => ({ ...one, definition: one.definition ?? null, broader: one.parents })),
    ...own.map((one) => ({ ...one, synonyms: [] })),
  ];
  for (const { id, broader } of stated) {
    for (const upper of broader) below.set(upper, [...(below.get(upper) ?? []), id]);
  }
  const said = new Map<string, string[]>();
  for (const { id, term } of words) {
    const before = said.get(id) ?? [];
    if (!before.includes(term)) said.set(id, [...before, term]);
  }
  const terms = stated.map(({ id, label, synonyms, definition, broader }): Technique => {
    const direct = { broader: Object.freeze([...broader]), narrower: Object.freeze(below.get(id) ?? []) };
    const term = Object.freeze({ id, label, synonyms, definition, terms: said.get(id) ?? [], ...direct });
    ids.add(id, term);
    for (const name of [label, ...synonyms]) {
      exact.add(name, term);
      for (const spelling of spellingsOf(name)) spelled.add(spelling, term);
    }
    return term;
  });
  const byId = (text: string): Technique | null => ids.get(ID_FORM.exec(nameKey(text) ?? '')?.[1] ?? text);
  const narrower = narrowerIn(stated.map(({ id, broader }) => ({ id, above: broader })));
  return {
    terms,
    byId,
    named(text) {
      const found = exact.all(text);
      return found.length > 0 ? found : spelled.all(text);
    },
    narrower(id) {
      const top = byId(id);
      return top === null ? [] : narrower(top.id);
    },
  };
}
