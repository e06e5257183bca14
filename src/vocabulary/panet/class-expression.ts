// Class expressions of PaNET's CSV, in OWL's Manchester syntax as far as PaNET uses it: names, `and`, and `some`.
// https://www.w3.org/TR/owl2-manchester-syntax/

/** What a class is above or below of: a class by its name, or whatever is related to one. */
export type Conjunct = { readonly name: string } | { readonly property: string; readonly some: string };

/** A name in quotes, or one without blanks and parentheses. */
const NAME = String.raw`'([^']*)'|([^\s()']+)`;
const SOME = new RegExp(String.raw`^(?:${NAME})\s+some\s+(?:${NAME})$`);
const QUOTED = new RegExp(`^(?:${NAME})$`);

/**
 * The parts of an intersection: `('a' and PaNET:PaNET00104)` is two, `('p' some 'a')` one, and a text without parentheses is one
 * name, quotes or not. null: it is another expression. Never throws.
 */
export function readClassExpression(expression: string): readonly Conjunct[] | null {
  const text = expression.trim();
  const inner = /^\((.*)\)$/s.exec(text)?.[1];
  if (inner === undefined) {
    const name = QUOTED.exec(text);
    return [{ name: name === null ? text : (name[1] ?? name[2] ?? '') }];
  }
  const parts = inner.split(/\s+and\s+(?=(?:[^']*'[^']*')*[^']*$)/);
  const found = parts.map((part) => conjunctOf(part.trim()));
  return found.every((part) => part !== null) ? found : null;
}

function conjunctOf(text: string): Conjunct | null {
  const some = SOME.exec(text);
  if (some !== null) return { property: some[1] ?? some[2] ?? '', some: some[3] ?? some[4] ?? '' };
  const name = QUOTED.exec(text);
  return name === null ? null : { name: name[1] ?? name[2] ?? '' };
}
