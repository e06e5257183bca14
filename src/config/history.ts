// `history`: what is said of tags that moved.
import { z } from 'zod';
import { whole } from './whole.ts';

/** `history` of federation.yaml; docs/configuration.md lists the keys and defaults. */
export const historySchema = z
  .strictObject({
    movedWithin: whole(
      0,
      31_536_000,
      604_800,
      'Seconds for which an image has a notice that one of its tags moved to it; 0: never',
    ),
  })
  .prefault({})
  .describe('What is said of tags that moved; where they pointed is kept in the store');
