// What the gateway refuses of /match, as a problem with links to better questions.
import { fold } from '../model/fold.ts';
import type { Refusal } from './answer.ts';
import { type MatchFields, type MatchParameter, matchHref } from './match-query.ts';
import type { Problem, Suggestion } from './query.ts';

/** The parameter by which each choice of the gateway was asked for. */
const PARAMETER_OF: Readonly<Record<string, MatchParameter>> = {
  reads: 'format',
  techniques: 'technique',
  facilities: 'facility',
  frameworks: 'framework',
  resources: 'resource',
};

/** Names of the fields, for people. */
const NAMES: Readonly<Record<string, string>> = {
  format: 'format',
  technique: 'technique',
  facility: 'facility',
  framework: 'software that you may see',
  resource: 'compute resource that you may know of',
};

/**
 * A gateway's error as a problem: BAD_CHOICE, AMBIGUOUS_TERM and BAD_CURSOR with links to the question with other words, without
 * them, and from its first page; any other with its message and hint (null: none).
 */
export function matchProblem(refusal: Refusal, fields: MatchFields): Problem {
  const { code, message, hint, suggestions } = refusal;
  const instead = (name: MatchParameter, value: string | null): Suggestion => ({
    label: value ?? `without “${fields[name]}”`,
    href: matchHref({ ...fields, [name]: value }),
  });
  if (code === 'AMBIGUOUS_TERM') {
    return { message, hint: null, suggestions: suggestions.map((value) => instead('technique', value)) };
  }
  if (code === 'BAD_CURSOR') {
    return {
      message: 'This page of the results is not for you: its link is valid for one caller and one question.',
      hint: null,
      suggestions: [{ label: 'the first page', href: matchHref(fields) }],
    };
  }
  if (code !== 'BAD_CHOICE') return { message, hint, suggestions: [] };
  const wrong = refusal.unknown.flatMap(({ field, value }) => {
    const name = PARAMETER_OF[field];
    return name !== undefined && fold(fields[name] ?? '') === fold(value) ? [name] : [];
  });
  if (wrong.length === 0) return { message, hint, suggestions: [] };
  const [single] = wrong;
  return {
    message: wrong.map((name) => `There is no ${NAMES[name]} called “${fields[name]}”.`).join(' '),
    hint: null,
    suggestions: [
      // With several it is not known which one a suggestion is for.
      ...(single === undefined || wrong.length > 1 ? [] : suggestions.map((value) => instead(single, value))),
      ...wrong.map((name) => instead(name, null)),
    ],
  };
}
