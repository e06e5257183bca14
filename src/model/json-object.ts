// Whether a value of parsed JSON is an object: the one check, wherever something from outside is read.

/** Whether the value is an object: not null, not an array. What its members are nobody has checked. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
