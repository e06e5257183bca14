// Techniques: PaNET concepts by id, label and synonym, and the narrower ones of each.
import { z } from 'zod';
import { joinedKey, NameIndex, nameKey } from './names.ts';
import type { Term } from './vocabulary.ts';

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

export interface Techniques {
  readonly terms: readonly Term[];
  /**
   * The technique by its id in any form, or by a label or synonym that only one technique has, whether its words are
   * joined, hyphenated or separate. `EM` is PaNET's synonym of one, PaNET01145.
   */
  technique(text: string): Term | null;
  /** The technique and all below it, in the file's order; empty for an id that is not known. */
  narrower(id: string): readonly string[];
}

/** `PaNET01168`, `panet:PaNET01168` and `http(s)://purl.org/pan-science/PaNET/PaNET01168`, in any case. */
const ID_FORM = /^(?:panet:|https?:\/\/purl\.org\/pan-science\/panet\/)?(panet\d{5,7})$/;

/**
 * The lookup of techniques (PaNET) by id, in any of its spellings, label or synonym; null where there is none. A label
 * or synonym of several techniques matches none. `terms` are in the file's order.
 */
export function indexTechniques(file: TechniquesFile): Techniques {
  const ids = new NameIndex<Term>();
  const names = new NameIndex<Term>(joinedKey);
  const below = new Map<string, string[]>();
  const terms = file.techniques.map(({ id, label, synonyms, parents }): Term => {
    const term = Object.freeze({ id, label, synonyms });
    ids.add(id, term);
    for (const name of [label, ...synonyms]) names.add(name, term);
    for (const parent of parents) below.set(parent, [...(below.get(parent) ?? []), id]);
    return term;
  });
  const byId = (text: string): Term | null => {
    const form = ID_FORM.exec(nameKey(text) ?? '')?.[1];
    return form === undefined ? null : ids.get(form);
  };
  const order = new Map(terms.map((term, index) => [term.id, index]));
  const known = new Map<string, readonly string[]>();
  return {
    terms,
    technique: (text) => byId(text) ?? names.get(text),
    narrower(id) {
      const top = byId(id);
      if (top === null) return [];
      const found = known.get(top.id) ?? descend(top.id, below, order);
      known.set(top.id, found);
      return found;
    },
  };
}

/** Each technique once, even if it can be reached in several ways, or the parents form a cycle. */
function descend(
  top: string,
  below: ReadonlyMap<string, readonly string[]>,
  order: ReadonlyMap<string, number>,
): readonly string[] {
  const found = new Set([top]);
  for (const id of found) for (const child of below.get(id) ?? []) found.add(child);
  return Object.freeze([...found].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)));
}
