// Completes what `panfed labels init` is given: a technique by name becomes its id of PaNET, a license its SPDX expression.
import { FederationError } from '../../model/errors.ts';
import type { StatedFramework } from '../../model/field.ts';
import { inert } from '../../model/inert.ts';
import { CONDITION_KINDS, type ConditionKind } from '../../model/license.ts';
import { didYouMean } from '../../model/nearest.ts';
import type { Term, Vocabulary } from '../../vocabulary/vocabulary.ts';
import { suggested, type TermKind } from './suggest.ts';

export interface Completing {
  readonly vocabulary: Vocabulary;
  /** Whether a word that the vocabulary does not have is kept as it is. */
  readonly asWritten: boolean;
  /** Is told what a word became, where that is another text. */
  readonly note: (message: string) => void;
}

/** The id of the technique that is meant. Throws USAGE for a word that none has, or several have. */
export function techniqueId(word: string, { vocabulary, asWritten, note }: Completing): string {
  const technique = vocabulary.technique(word);
  if (technique !== null) {
    noteName(word, technique, note);
    return technique.id;
  }
  const senses = vocabulary.senses(word).map((sense) => `${sense.technique.label} (${sense.technique.id})`);
  if (senses.length > 0) throw ambiguous('--technique', word, senses);
  return unknown('--technique', word, 'technique', { vocabulary, asWritten });
}

function noteName(word: string, { id, label }: Term, note: Completing['note']): void {
  if (id === word) return;
  const isTold = label === id || label.toLowerCase() === word.trim().toLowerCase();
  note(isTold ? `${word} is ${id}` : `${word} is ${id}, ${label}`);
}

/** The id of the format that is meant. Throws USAGE for a word that none has, or several have. */
export function formatId(
  flag: '--reads' | '--writes',
  word: string,
  { vocabulary, asWritten, note }: Completing,
): string {
  const format = vocabulary.format(word);
  if (format !== null) {
    noteName(word, format, note);
    return format.id;
  }
  const meant = vocabulary.formatsOf(word).map(({ id }) => id);
  if (meant.length > 0) throw ambiguous(flag, word, meant);
  return unknown(flag, word, 'format', { vocabulary, asWritten });
}

/**
 * `relion@5.0`, with the name as the vocabulary has it, or as it is written for software that it does not have. Throws USAGE for a
 * name that is nearly one of the vocabulary, and for none.
 */
export function frameworkOf(word: string, { vocabulary, asWritten, note }: Completing): StatedFramework {
  const at = word.lastIndexOf('@');
  const name = (at > 0 ? word.slice(0, at) : word).trim();
  const version = at > 0 ? word.slice(at + 1).trim() || null : null;
  if (name === '' || name === '@')
    throw new FederationError('USAGE', 'a framework has a name', {
      at: '--framework',
      hint: 'As in --framework relion@5.0',
    });
  const known = vocabulary.framework(name);
  if (known !== null) {
    if (known !== name) note(`${name} is ${known}`);
    return { name: known, version };
  }
  const near = asWritten ? [] : suggested(name, 'framework', vocabulary);
  if (near.length > 0) unknown('--framework', name, 'framework', { vocabulary, asWritten });
  note(`the vocabulary has no framework ${name}: it is found by this name alone`);
  return { name, version };
}

/** Notes the terms of software as its authors state them, where they are known: the lab states those of its image itself. */
export function noteLicense(name: string, { vocabulary, note }: Completing): void {
  const license = vocabulary.frameworksOf(name).find((each) => each.name === name)?.license;
  if (license)
    note(`the license of ${name} is ${license} by its authors: --license ${JSON.stringify(license)}`);
}

/** The SPDX expression of the terms. Throws USAGE for a text that is not recognized. */
export function licenseExpression(word: string, { vocabulary, asWritten, note }: Completing): string {
  const { expression, conditions, conditionsKnown } = vocabulary.license(word);
  if (expression === null) return unknown('--license', word, 'license', { vocabulary, asWritten });
  if (expression !== word) note(`${word} is ${expression}`);
  const kinds = [...new Set(conditions.map(({ kind }) => kind))];
  if (kinds.length > 0) note(`${expression} asks for ${kinds.join(', ')}, which need not be stated`);
  if (!conditionsKnown) note(`what ${expression} asks is not known: the facility states its conditions`);
  return expression;
}

/** Which list of a condition its values are. */
const VALUES: Readonly<Partial<Record<ConditionKind, 'groups' | 'facilities' | 'servers'>>> = {
  registeredGroup: 'groups',
  namedUser: 'groups',
  site: 'facilities',
  licenseServer: 'servers',
};

/** `academic`, or `site=esrf,desy` with the values of the kind. Throws USAGE for an unknown kind, and values that it has not. */
export function conditionOf(word: string): Readonly<Record<string, unknown>> {
  const [name = '', ...rest] = word.split('=');
  const kind = CONDITION_KINDS.find((known) => known.toLowerCase() === name.trim().toLowerCase());
  const at = '--condition';
  if (kind === undefined) {
    const hint =
      `${didYouMean(name.slice(0, 64), CONDITION_KINDS) ?? ''} Kinds: ${CONDITION_KINDS.join(', ')}.`.trim();
    throw new FederationError('USAGE', `there is no condition ${quoted(name)}`, { at, hint });
  }
  const list = VALUES[kind];
  const values = rest
    .join('=')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  if (list === undefined && values.length > 0)
    throw new FederationError('USAGE', `the condition ${kind} has no values`, {
      at,
      hint: `Write --condition ${kind}`,
    });
  if (list !== undefined && values.length === 0)
    throw new FederationError('USAGE', `the condition ${kind} is never met without ${list}`, {
      at,
      hint: `Write --condition ${kind}=<${list}, with commas between>`,
    });
  return list === undefined ? { kind } : { kind, [list]: values };
}

function ambiguous(at: string, word: string, meant: readonly string[]): FederationError {
  return new FederationError('USAGE', `${quoted(word)} may be ${meant.slice(0, 8).join(', ')}`, {
    at,
    hint: 'Name the one that is meant.',
  });
}

/** The word, where it is kept as it is written; throws USAGE else. */
function unknown(
  at: string,
  word: string,
  kind: TermKind,
  { vocabulary, asWritten }: Pick<Completing, 'vocabulary' | 'asWritten'>,
): string {
  if (asWritten && word.trim() !== '') return word;
  const near = suggested(word, kind, vocabulary);
  const all =
    kind === 'license' ? 'SPDX ids are at https://spdx.org/licenses.' : `All of them: panfed ${kind}s.`;
  throw new FederationError('USAGE', `the vocabulary has no ${kind} ${quoted(word)}`, {
    at,
    hint: `${near.length === 0 ? '' : `Did you mean ${near.join(', ')}? `}${all} --as-written keeps the lab’s own word.`,
  });
}

const quoted = (text: string): string => JSON.stringify(inert(text.slice(0, 60).toWellFormed()));
