// Markup by tagged template. Every text is made inert and escaped where it is inserted, and nowhere else: a text cannot
// become markup, because only `html` makes markup.
import { inert } from '../model/inert.ts';

class Markup {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
}

/** Markup that is safe as it stands. The class is not exported: nothing but {@link html} makes one. */
export type Html = Markup;

/** Values that a template accepts; null, undefined and false render as nothing. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

/**
 * Markup (HTML) from a template, with inert, escaped values; null, undefined and false give nothing, and a list its values
 * one after the other. Throws TypeError for a value right behind `=`, as of an unquoted attribute, which escaping cannot make
 * safe; one further within an unquoted attribute is not noticed.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  let text = strings[0] ?? '';
  for (const [index, value] of values.entries()) {
    if (/=\s*$/.test(strings[index] ?? '')) {
      throw new TypeError(`The value of an attribute needs quotes: …${strings[index]?.slice(-40)}`);
    }
    text += written(value) + (strings[index + 1] ?? '');
  }
  return new Markup(text);
}

/** The contents one after the other, with `between` between them; nothing for an empty list. */
export function joined(contents: readonly Content[], between: Content): Html {
  return html`${contents.map((content, index) => (index === 0 ? content : [between, content]))}`;
}

function written(value: Content): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Markup) return value.toString();
  if (typeof value === 'object') return value.map(written).join('');
  return inert(String(value)).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
