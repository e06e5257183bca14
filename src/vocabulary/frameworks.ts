// Frameworks: the spellings that labs use for scientific software → its canonical name.
import { z } from 'zod';
import { joinedKey, NameIndex } from './names.ts';

const name = z.string().trim().min(1).max(256);

/** The file of frameworks: names, synonyms, homepages and licenses. */
export const frameworksSchema = z
  .array(
    z.strictObject({
      name,
      synonyms: z.array(name).default([]),
      homepage: z.url(),
      license: name.optional().describe('A license expression, where its authors’ statement is well known'),
    }),
  )
  .min(1);
export type FrameworksFile = z.infer<typeof frameworksSchema>;

export interface Frameworks {
  readonly names: readonly string[];
  /** The canonical name, or null. */
  framework(text: string): string | null;
  /** Other spellings of a framework, as the file has them; empty for a name that is not known. */
  synonyms(name: string): readonly string[];
}

/**
 * The lookup of frameworks by name or synonym, without regard to case, blanks and hyphens; null, or no synonyms, where
 * there is none. A name or synonym of several frameworks matches none. `names` are in the file's order.
 */
export function indexFrameworks(file: FrameworksFile): Frameworks {
  const names = new NameIndex<FrameworksFile[number]>(joinedKey);
  for (const framework of file)
    for (const name of [framework.name, ...framework.synonyms]) names.add(name, framework);
  return {
    names: file.map((framework) => framework.name),
    framework: (text) => names.get(text)?.name ?? null,
    synonyms: (name) => names.get(name)?.synonyms ?? [],
  };
}
