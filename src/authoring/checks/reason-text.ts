// Finds reason codes without a message and remedy for people, and texts without a rule that gives their code.
import type { Check } from './check.ts';

export const reasonText: Check = {
  name: 'reason-text',
  severity: 'error',
  canBeAllowed: false,
  find: ({ reasons }) => reasons.problems,
};
