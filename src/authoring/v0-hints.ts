// Rego as it was written before OPA 1.0: what its lines are today.

const V0 = /^`(if|contains)` keyword is required /;

/** Whether OPA refuses it for a keyword that Rego did not ask for then. */
export const isV0 = (message: string): boolean => V0.test(message);

/** How the rule is written today, from the line at which OPA refuses it; null where that is not certain. */
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
