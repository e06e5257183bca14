// `facilities[].terms`: what a facility's own words for techniques mean. "EM" of one lab is not "EM" of another.
import { z } from 'zod';
import { BOUNDS } from '../model/bounds.ts';

const text = z.string().trim().min(1).max(BOUNDS.name);

/** An entry of a facility's `terms` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const termSchema = z
  .strictObject({
    term: text.describe('The word, as the facility writes it: EM'),
    technique: text.optional().describe('What it means, where PaNET has it: an id, label or synonym'),
    label: text
      .optional()
      .describe(
        'What it means, where PaNET does not have it; facilities that give the same label mean the same',
      ),
    definition: z.string().trim().min(1).max(4_096).optional().describe('What that is, in a sentence'),
    broader: z
      .array(text)
      .max(16)
      .optional()
      .describe('Techniques of PaNET that include it, by id, label or synonym'),
  })
  .refine(({ technique, label }) => (technique === undefined) !== (label === undefined), {
    error: 'expected either `technique`, of PaNET, or `label`',
  })
  .refine(
    ({ technique, definition, broader }) =>
      technique === undefined || (definition === undefined && broader === undefined),
    { error: '`definition` and `broader` are PaNET’s for a `technique` of PaNET' },
  );

export type TermConfig = z.infer<typeof termSchema>;
