// Data formats: the names that labs use for them → one id each.
import { z } from 'zod';
import { joinedKey, NameIndex } from './names.ts';
import type { Term } from './vocabulary.ts';

const name = z.string().trim().min(1).max(256);

/** The file of formats: labels and synonyms, with ids of EDAM and media types where there are such. */
export const formatsSchema = z
  .array(
    z.strictObject({
      id: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, 'a format id has letters, digits, dots and hyphens'),
      label: name,
      synonyms: z.array(name).default([]),
      edam: z
        .string()
        .regex(/^format_\d{4}$/, 'an EDAM format id has the form format_3590')
        .optional(),
      mediaType: z
        .string()
        .regex(/^[a-z]+\/[a-z0-9.+-]+$/, 'a media type has the form image/tiff')
        .optional(),
    }),
  )
  .min(1);
export type FormatsFile = z.infer<typeof formatsSchema>;

export interface Formats {
  readonly terms: readonly Term[];
  /** By id, label, synonym, file name ending, EDAM id or registered media type. */
  format(text: string): Term | null;
}

/** `.nxs` is `nxs`, and `http://edamontology.org/format_3590` is `format_3590`. */
function formatKey(text: string): string | null {
  const key = joinedKey(text)?.replace(/^https?:\/\/edamontology\.org\/|^edam:|^\./, '');
  return key === undefined || key === '' ? null : key;
}

/**
 * The lookup of formats by id, label, synonym, file name ending, EDAM id or media type, without regard to case, blanks
 * and hyphens; null where there is none. A name of several formats matches none. `terms` are in the file's order.
 */
export function indexFormats(file: FormatsFile): Formats {
  const names = new NameIndex<Term>(formatKey);
  const terms = file.map(({ id, label, synonyms, edam, mediaType }): Term => {
    const term = Object.freeze({ id, label, synonyms });
    for (const name of [id, label, ...synonyms, edam, mediaType])
      if (name !== undefined) names.add(name, term);
    return term;
  });
  return { terms, format: (text) => names.get(text) };
}
