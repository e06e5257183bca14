// Fields whose values come whole out of records, or are as many as there are records: what they tell is counted while the
// answer is made, so that no answer is ever made that is larger than one may be.
import type { Field } from './context.ts';

// biome-ignore lint/suspicious/noExplicitAny: a field is given back as it came
type AnyField = Field<any, never>;

/** The same fields, each counting what it tells. They throw LIMIT_EXCEEDED where the answer has too much. */
export function measured<Fields extends Readonly<Record<string, AnyField>>>(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const counting: AnyField = (parent, args, context) => {
        const value = field(parent, args, context);
        if (value instanceof Promise) {
          return value.then((told) => {
            context.bounds.count(bytesOf(told));
            return told;
          });
        }
        context.bounds.count(bytesOf(value));
        return value;
      };
      return [name, counting];
    }),
  ) as Fields;
}

/** About as many bytes as its JSON has; what leads to a view of other records is not told with it. */
export function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 5;
  if (Array.isArray(value)) {
    let sum = 2;
    for (const each of value) sum += bytesOf(each) + 1;
    return sum;
  }
  let sum = 2;
  for (const [name, each] of Object.entries(value)) {
    if (name !== 'seen' && name !== 'view') sum += name.length + 4 + bytesOf(each);
  }
  return sum;
}
