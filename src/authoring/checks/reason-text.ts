// Finds reason codes without a message and remedy for people, and texts without a rule that gives their code.
import type { Check } from './check.ts';

/** Refuses reason codes without message and remedy, and texts without a code; no comment can allow them. */
export const reasonText: Check = {
  name: 'reason-text',
  severity: 'error',
  canBeAllowed: false,
  find: ({ reasons }) => reasons.problems,
};
