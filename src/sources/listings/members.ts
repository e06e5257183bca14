// Reads members of what an API answered, of which nobody has checked anything.
import { isObject } from '../../model/json-object.ts';

/**
 * The text of a member; empty where there is none, which is no name of anything, or the value is no object.
 */
export function textOf(value: unknown, member: string): string {
  const text = isObject(value) ? value[member] : undefined;
  return typeof text === 'string' ? text : '';
}

/** The list of a member; null where there is none, or the value is no object. */
export function listOf(value: unknown, member: string): readonly unknown[] | null {
  const list = isObject(value) ? value[member] : undefined;
  return Array.isArray(list) ? list : null;
}
