// Frameworks: the spellings that labs use for scientific software → its canonical name.
import { z } from 'zod';
import { joinedKey, NameIndex } from './names.ts';
import type { Framework } from './vocabulary.ts';

const name = z.string().trim().min(1).max(256);

/** The file of frameworks: names, synonyms, homepages, licenses, what a suite ships, and ids that others gave them. */
export const frameworksSchema = z
  .array(
    z.strictObject({
      name,
      synonyms: z.array(name).default([]),
      homepage: z.url(),
      license: name.optional().describe('A license expression, where its authors’ statement is well known'),
      holds: z
        .array(name)
        .default([])
        .describe('Names of the frameworks of this file that it ships as a suite'),
      biotools: z
        .string()
        .regex(/^[A-Za-z0-9_.~-]+$/, 'an id of bio.tools has letters, digits and _ . ~ -')
        .optional(),
      rrid: z
        .string()
        .regex(/^SCR_\d{6}$/, 'a research resource identifier has the form SCR_016284')
        .optional(),
      wikidata: z
        .string()
        .regex(/^Q[1-9]\d*$/, 'an item of Wikidata has the form Q186590')
        .optional(),
    }),
  )
  .min(1)
  .superRefine((frameworks, context) => {
    const names = new Set(frameworks.map((framework) => framework.name));
    for (const [index, { holds }] of frameworks.entries()) {
      for (const [at, held] of holds.entries()) {
        if (names.has(held)) continue;
        const path = [index, 'holds', at];
        context.addIssue({ code: 'custom', path, message: `${held} is not a framework of this file` });
      }
    }
  });
export type FrameworksFile = z.infer<typeof frameworksSchema>;

export interface Frameworks {
  readonly names: readonly string[];
  /** The canonical name, or null. */
  framework(text: string): string | null;
  /** All frameworks that a text may mean, in the file's order. */
  frameworksOf(text: string): readonly Framework[];
  /** Other spellings of a framework, as the file has them; empty for a name that is not known. */
  synonyms(name: string): readonly string[];
}

/**
 * The lookup of frameworks by name or synonym, without regard to case, blanks and hyphens; null, or no synonyms, where
 * there is none, and for a name or synonym of several frameworks, of which `frameworksOf` alone gives all. `names` are in
 * the file's order. Never throws.
 */
export function indexFrameworks(file: FrameworksFile): Frameworks {
  const names = new NameIndex<Framework>(joinedKey);
  const heldBy = new Map<string, string[]>();
  for (const { name, holds } of file)
    for (const held of holds) heldBy.set(held, [...(heldBy.get(held) ?? []), name]);
  for (const entry of file) {
    const framework = Object.freeze({
      ...entry,
      license: entry.license ?? null,
      heldBy: heldBy.get(entry.name) ?? [],
      biotools: entry.biotools ?? null,
      rrid: entry.rrid ?? null,
      wikidata: entry.wikidata ?? null,
    });
    for (const name of [entry.name, ...entry.synonyms]) names.add(name, framework);
  }
  return {
    names: file.map((framework) => framework.name),
    framework: (text) => names.get(text)?.name ?? null,
    frameworksOf: (text) => names.all(text),
    synonyms: (name) => names.get(name)?.synonyms ?? [],
  };
}
