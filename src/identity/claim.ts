// Finds a claim by its configured name in a token's unproven JSON.
import { isObject } from '../model/json-object.ts';

/**
 * The claim with exactly this name, dots included; otherwise each dot goes one level down. Reads own properties only.
 * undefined where there is none.
 */
export function readClaim(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const key of name.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/**
 * The values of a claim that may have several, in their order and unchecked; issuers may write a single value without a
 * list. Empty for one that is missing or null.
 */
export function claimValues(claim: unknown): readonly unknown[] {
  if (claim === undefined || claim === null) return [];
  return Array.isArray(claim) ? claim : [claim];
}
