// Type Explanation: what one policy module decided, and why.
import type { Explanation } from '../policy/explain/explain-decision.ts';
import type { Field } from './context.ts';

/** Resolvers of the GraphQL type `Explanation`; fields that are not here are read from the value itself. */
export const ExplanationType: Readonly<Record<string, Field<Explanation>>> = {
  policy: ({ owner }) => owner,
};
