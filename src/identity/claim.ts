// Finds a claim by its configured name in a token's unproven JSON.
import { isObject } from '../model/json-object.ts';

/** The claim of exactly this name, dots and all; else one level down at each dot. Only the token's own properties count. */
export function readClaim(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let found: unknown = claims;
  for (const key of name.split('.')) {
    if (!isObject(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}

/** A claim of many values, which issuers write as a bare value where there is only one. */
export function claimValues(claim: unknown): readonly unknown[] {
  if (claim === undefined || claim === null) return [];
  return Array.isArray(claim) ? claim : [claim];
}
