// `vocabulary`: which release of a vocabulary that others keep is used in place of the packaged one.
import { z } from 'zod';
import { pathSchema } from './text.ts';

/** `vocabulary` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const vocabularySchema = z
  .strictObject({
    techniques: pathSchema
      .optional()
      .describe(
        'Path of the techniques of a release of PaNET, as `panfed vocabulary import panet` writes them; default: those that come with panfed',
      ),
  })
  .prefault({})
  .describe('Which releases of vocabularies are used');
