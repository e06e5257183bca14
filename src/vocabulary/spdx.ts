// The SPDX License List as the expression parser knows it.
import { createRequire } from 'node:module';
import parse, { type Info } from 'spdx-expression-parse';

// The lists are JSON modules, which Node 20 imports only with a warning.
const require = createRequire(import.meta.url);
export const SPDX_IDS: readonly string[] = require('spdx-license-ids');
export const SPDX_DEPRECATED_IDS: readonly string[] = require('spdx-license-ids/deprecated');
export const SPDX_EXCEPTIONS: readonly string[] = require('spdx-exceptions');

const current: ReadonlySet<string> = new Set(SPDX_IDS);

/** Whether the text is an id of the list in its canonical case; deprecated ones are not. */
export const isSpdxId = (text: string): boolean => current.has(text);

export type ExpressionTree = Info;

/** An expression's tree, or null where it is not valid SPDX. */
export function parseExpression(expression: string): ExpressionTree | null {
  try {
    return parse(expression);
  } catch {
    return null;
  }
}
