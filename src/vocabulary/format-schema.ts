// The files of data formats: what is said of each format, and that what it refers to is there.
import { z } from 'zod';

const name = z.string().trim().min(1).max(256);
const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a format id has letters, digits, dots, hyphens and underscores');

const format = z.strictObject({
  id,
  label: name,
  synonyms: z.array(name).default([]),
  extensions: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.]*$/, 'a file name ending is in lowercase, without its dot'))
    .default([])
    .describe('Endings of file names; several formats may have one'),
  mediaTypes: z
    .array(z.string().regex(/^[a-z]+\/[a-z0-9.+-]+$/, 'a media type has the form image/tiff'))
    .default([])
    .describe('As registered with IANA, or as its specification names it; the first is the main one'),
  magic: z
    .array(
      z.strictObject({
        offset: z.int().min(0).describe('Bytes from the beginning of the file'),
        bytes: z.string().regex(/^(?:[0-9a-f]{2})+$/, 'bytes are pairs of lowercase hexadecimal digits'),
      }),
    )
    .default([])
    .describe('Bytes that a file of the format has; each is one of its variants'),
  isA: z.array(id).default([]).describe('Formats that each file of this one is a file of, too'),
  in: id.optional().describe('The format of the container that its files are'),
  mark: z
    .strictObject({ path: z.string().startsWith('/'), attribute: name.optional(), value: name.optional() })
    .optional()
    .describe('What tells it in its container: a path, where `*` is any name, its attribute and the value'),
  edam: z
    .string()
    .regex(/^format_\d{4}$/, 'an EDAM format id has the form format_3590')
    .optional(),
  source: z.url().optional().describe('Where the format is defined, or described by who reads it'),
});
export type FormatEntry = z.infer<typeof format>;

/** A file of formats: one each, in the order in which they are listed, with a head that says where they are from. */
export const formatsSchema = z.strictObject({
  about: z.record(z.string(), z.string()).describe('Name, source, version'),
  formats: z
    .array(format)
    .min(1)
    .superRefine((formats, context) => {
      const ids = new Set<string>();
      for (const [index, { id }] of formats.entries()) {
        if (ids.has(id))
          context.addIssue({ code: 'custom', path: [index, 'id'], message: `${id} is listed twice` });
        ids.add(id);
      }
    }),
});
export type FormatsFile = z.infer<typeof formatsSchema>;
