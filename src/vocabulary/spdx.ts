// The SPDX License List as the expression parser knows it.
import { createRequire } from 'node:module';
import parse, { type Info } from 'spdx-expression-parse';

// The lists are JSON modules; Node 20 warns about importing those.
const require = createRequire(import.meta.url);

/** The ids on SPDX's License List that are not deprecated. */
export const SPDX_IDS: readonly string[] = require('spdx-license-ids');

/** The deprecated ids on SPDX's License List. */
export const SPDX_DEPRECATED_IDS: readonly string[] = require('spdx-license-ids/deprecated');

/** A license of SPDX's License List that is not deprecated. */
export interface SpdxLicense {
  readonly id: string;
  /** As the list has it: `Apache License 2.0`. */
  readonly name: string;
  /** null: the list has none. */
  readonly url: string | null;
}

const listed: Readonly<Record<string, { readonly name: string; readonly url?: string | null }>> =
  require('spdx-license-list');

/** The licenses with their names and addresses, as far as the list of names has the ids of {@link SPDX_IDS}. */
export const SPDX_LICENSES: readonly SpdxLicense[] = SPDX_IDS.flatMap((id) => {
  const license = listed[id];
  return license === undefined ? [] : [{ id, name: license.name, url: license.url ?? null }];
});

/** The ids of SPDX's License Exceptions. */
export const SPDX_EXCEPTIONS: readonly string[] = require('spdx-exceptions');

/** A license of the list with the address of its text; an id that has none is missing. */
export interface SpdxAddress {
  readonly id: string;
  readonly url: string;
  readonly osiApproved: boolean;
}

/** The addresses of the licenses on SPDX's License List, deprecated ones included. */
export const SPDX_ADDRESSES: readonly SpdxAddress[] = Object.entries(
  require('spdx-license-list') as Readonly<Record<string, Partial<Omit<SpdxAddress, 'id'>>>>,
).flatMap(([id, { url, osiApproved = false }]) => (url === undefined ? [] : [{ id, url, osiApproved }]));

const current: ReadonlySet<string> = new Set(SPDX_IDS);

/** Whether the text is an id of the SPDX License List in its canonical case, and not a deprecated one. */
export const isSpdxId = (text: string): boolean => current.has(text);

export type ExpressionTree = Info;

/** The tree of a license expression (SPDX 2, annex D), or null if it is not valid. Never throws. */
export function parseExpression(expression: string): ExpressionTree | null {
  try {
    return parse(expression);
  } catch {
    return null;
  }
}
