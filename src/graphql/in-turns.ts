// Fields that may take milliseconds each: an answer may have thousands of them, and others wait meanwhile.
import { answering, endingWith } from '../model/pace.ts';
import type { Field } from './context.ts';

// biome-ignore lint/suspicious/noExplicitAny: each field is returned with its own type
type AnyField = Field<any, never>;

/**
 * The same fields, in turns of {@link answering}. A field fails as it does by itself, rejects with the reason of the request's signal
 * once that has ended, and with LIMIT_EXCEEDED, without any work, once the answer is beyond its bound.
 */
export function inTurns<Fields extends Readonly<Record<string, AnyField>>>(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const resting: AnyField = async (parent, args, context) => {
        const { bounds } = context;
        const pace = endingWith(answering, bounds.signal);
        if (pace.due()) await pace.rest();
        const exceeded = bounds.exceeded();
        if (exceeded !== null) throw exceeded;
        return field(parent, args, context);
      };
      return [name, resting];
    }),
  ) as Fields;
}
