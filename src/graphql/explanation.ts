// Type Explanation: what one policy module decided, and why.
import type { Explanation } from '../policy/explain/explain-decision.ts';
import type { Field } from './context.ts';

export const ExplanationType: Readonly<Record<string, Field<Explanation>>> = {
  policy: ({ owner }) => owner,
};
