// Fields whose values are copied from records, or grow with the number of records: their bytes are counted while the
// answer is made, so that no answer beyond the bound is completed.
import type { Field } from './context.ts';

// biome-ignore lint/suspicious/noExplicitAny: each field is returned with its own type
type AnyField = Field<any, never>;

/**
 * The same fields, each counting the bytes of its value, as {@link bytesOf}. A field throws, or rejects with,
 * LIMIT_EXCEEDED once the answer is beyond its bound, and fails as it does by itself.
 */
export function measured<Fields extends Readonly<Record<string, AnyField>>>(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const counting: AnyField = (parent, args, context) => {
        const value = field(parent, args, context);
        if (value instanceof Promise) {
          return value.then((settled) => {
            context.bounds.count(bytesOf(settled));
            return settled;
          });
        }
        context.bounds.count(bytesOf(value));
        return value;
      };
      return [name, counting];
    }),
  ) as Fields;
}

/**
 * The approximate bytes of the value's JSON, without the properties `visible` and `view`, which refer to a
 * view of other records. A text counts its UTF-16 units and 2, and a number, a boolean and null 5. Recursive:
 * only for values without cycles.
 */
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
    if (name !== 'visible' && name !== 'view') sum += name.length + 4 + bytesOf(each);
  }
  return sum;
}
