// What the gateway does not know of a question, in the words of the command line: by the flag that named it.
import type { ChoiceField } from '../model/choices.ts';
import { FederationError } from '../model/errors.ts';
import { inert } from '../model/inert.ts';
import type { Question } from './search-query.ts';

interface Unknown {
  readonly field: string;
  readonly value: string;
  readonly suggestions: readonly string[];
}

/** BAD_CHOICE with flags in place of the schema's arguments; any other error as it is. */
export function inFlags(error: unknown, question: Question): unknown {
  if (!(error instanceof FederationError) || error.code !== 'BAD_CHOICE') return error;
  const unknown = unknownOf(error.extensions?.unknown);
  if (unknown.length === 0) return error;
  const flags = unknown.map((each) => flagOf(each, question));
  const message = unknown
    .map(({ value }, index) => {
      const what = flags[index] === '--at' ? 'there is no facility' : 'nothing that you may see is called';
      return `${flags[index]}: ${what} ${JSON.stringify(inert(value))}`;
    })
    .join('\n');
  return new FederationError('BAD_CHOICE', message, {
    at: [...new Set(flags)].join(', '),
    hint: error.hint,
    extensions: error.extensions,
    cause: error,
  });
}

function flagOf({ field, value }: Unknown, { at, only, except, prefer }: Question): string {
  for (const [flag, choices] of Object.entries({ only, except, prefer })) {
    if (choices[field as ChoiceField]?.includes(value)) return `--${flag} ${field}`;
  }
  return value === at ? '--at' : field;
}

function unknownOf(told: unknown): readonly Unknown[] {
  if (!Array.isArray(told)) return [];
  return told.filter(
    (each): each is Unknown => typeof each?.field === 'string' && typeof each?.value === 'string',
  );
}
