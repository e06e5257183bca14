// What the gateway does not know of a question, in the words of the command line: by the flag that named it.
import type { ChoiceField } from '../../model/choices.ts';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import type { ChoiceValues } from './choices.ts';

interface Unknown {
  readonly field: string;
  readonly value: string;
  readonly suggestions: readonly string[];
}

/** What a command line asked for, by the flag that said it. */
export interface Flags {
  readonly at?: string | undefined;
  /** By the flag without its hyphens, or the argument in its brackets: `only`, `facility`, `<software>`. */
  readonly choices?: Readonly<Record<string, ChoiceValues | undefined>>;
}

/**
 * A BAD_CHOICE or AMBIGUOUS_TERM error with flags in place of the schema's arguments; any other error, or value, as it is. Never
 * throws.
 */
export function inFlags(error: unknown, flags: Flags): unknown {
  if (!(error instanceof FederationError)) return error;
  if (error.code === 'AMBIGUOUS_TERM') return ambiguousIn(error, flags);
  if (error.code !== 'BAD_CHOICE') return error;
  const unknown = unknownOf(error.extensions?.unknown).map(({ field, value }) => ({
    flag: flagOf(field, value, flags),
    value,
  }));
  if (unknown.length === 0) return error;
  const message = unknown
    .map(({ flag, value }) => {
      const what = WHAT.get(flag) ?? 'nothing that you may see is called';
      return `${unknown.length === 1 ? '' : `${flag}: `}${what} ${JSON.stringify(inert(value))}`;
    })
    .join('\n');
  return new FederationError('BAD_CHOICE', message, {
    at: [...new Set(unknown.map(({ flag }) => flag))].join(', '),
    hint: error.hint,
    extensions: error.extensions,
    cause: error,
  });
}

function ambiguousIn(error: FederationError, flags: Flags): FederationError {
  const { ambiguous, suggestions } = error.extensions ?? {};
  const places = unknownOf(ambiguous).map(({ field, value }) => flagOf(field, value, flags));
  const names = Array.isArray(suggestions) ? suggestions.map((name) => inert(String(name))) : [];
  return new FederationError('AMBIGUOUS_TERM', error.message, {
    at: [...new Set(places)].join(', ') || undefined,
    hint: `Choose ${names.join(' or ')}, or one lab with --facility. See: panfed techniques <term>`,
    extensions: error.extensions,
    cause: error,
  });
}

function flagOf(field: string, value: string, { at, choices = {} }: Flags): string {
  for (const [flag, chosen] of Object.entries(choices)) {
    if (chosen?.[field as ChoiceField]?.includes(value)) {
      if (GENERAL.has(flag)) return `--${flag} ${field}`;
      return flag.startsWith('<') ? flag : `--${flag}`;
    }
  }
  if (field === 'resources') return '--resource';
  return value === at ? '--at' : field;
}

/** What is not there, by the flag that named it. */
const WHAT: ReadonlyMap<string, string> = new Map([
  ['--at', 'there is no facility'],
  ['--resource', 'there is no compute resource that you may know of called'],
]);

/** These take any field. */
const GENERAL: ReadonlySet<string> = new Set(['only', 'except', 'prefer']);

function unknownOf(reported: unknown): readonly Unknown[] {
  if (!Array.isArray(reported)) return [];
  return reported.filter(
    (each): each is Unknown => typeof each?.field === 'string' && typeof each?.value === 'string',
  );
}
