// Translates lines of Rego from before OPA 1.0 (Rego v0) into today's Rego (v1).

const V0 = /^`(if|contains)` keyword is required /;

/** Whether OPA's message names a keyword that Rego v0 did not require. */
export const isV0 = (message: string): boolean => V0.test(message);

/** The rule in Rego v1, from the line that OPA refuses; null: uncertain. */
export function todaysRule(line: string): string | null {
  const text = line.trim();
  // A rule's name with one key in brackets, alone, was a set's member.
  const member = /^([A-Za-z_][\w.]*)\[([^\]]+)\]\s*(?:(?:if\s*)?(\{)|if\s|$)/.exec(text);
  if (member !== null) {
    const [, name, key, brace] = member;
    const head = `${name} contains ${key}`;
    return brace === undefined && !/\bif\s/.test(text) ? head : `${head} if { … }`;
  }
  const body = /^((?:else\b|[A-Za-z_])[^{]*?)\s*\{/.exec(text);
  return body?.[1] === undefined || /\bif$/.test(body[1]) ? null : `${body[1]} if { … }`;
}
