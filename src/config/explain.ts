// Explains a schema's issue to the person who wrote the file: what is wrong, and which known name is near.
import type { z } from 'zod';
import { inert } from '../model/inert.ts';
import { didYouMean } from '../model/nearest.ts';
import { configJsonSchema, propertiesOf, schemaAt } from './json-schema.ts';

export interface Explanation {
  readonly path: readonly PropertyKey[];
  /** Whether the key or the value is at fault. */
  readonly part: 'key' | 'value';
  readonly message: string;
  readonly hint?: string | undefined;
}

/**
 * Explains an issue of the configuration's schema; `value` is the whole document as read. Unknown keys have
 * at most 51 explanations, the last of which counts the rest; a union has those of the one alternative that
 * was meant, and any other issue has one. Never throws.
 */
export function explain(issue: z.core.$ZodIssue, value: unknown): Explanation[] {
  const { path } = issue;
  const name = pathText(path);
  const at = (message: string, hint?: string): Explanation[] => [{ path, part: 'value', message, hint }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKeys(path, issue.keys);
    case 'invalid_union':
      return explainUnion(issue, value);
    case 'invalid_type': {
      const given = valueAt(value, path);
      if (given === undefined || given === null) return at(`${name} is missing`, describedAt(path));
      if (typeof given === 'number' && issue.expected === 'number') {
        return at(`${name} must be a finite number`);
      }
      const numeric = issue.expected === 'number' || issue.expected === 'boolean';
      return at(
        `${name} must be ${withArticle(issue.expected)}, not ${withArticle(typeName(given))}`,
        numeric && typeof given === 'string'
          ? `Write it without quotes; \${VAR} always gives text.`
          : undefined,
      );
    }
    case 'invalid_value': {
      const known = issue.values.map(String);
      const given = valueAt(value, path);
      return at(
        `${name} must be ${known.length === 1 ? known[0] : `one of ${known.join(', ')}`}`,
        typeof given === 'string' ? didYouMean(given, known) : undefined,
      );
    }
    case 'too_small':
    case 'too_big':
      return at(`${name} must ${boundText(issue)}`);
    default:
      return at(`${name}: ${issue.message}`);
  }
}

/** The issues of the one alternative whose type the value has; otherwise what all alternatives take together. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, value: unknown): Explanation[] {
  const { path, errors, message } = issue;
  const name = pathText(path);
  if (valueAt(value, path) === undefined) {
    return [{ path, part: 'value', message: `${name} is missing`, hint: describedAt(path) }];
  }
  const near = errors.filter((issues) => !issues.some(isOfAnotherKind));
  const [only] = near;
  if (near.length === 1 && only !== undefined) {
    return only.flatMap((each) => explain({ ...each, path: [...path, ...each.path] }, value));
  }
  const secret = message.includes('{env: NAME}');
  return [
    { path, part: 'value', message: `${name} ${message}`, hint: secret ? SECRET_HINT : describedAt(path) },
  ];
}

const isOfAnotherKind = ({ code, path }: z.core.$ZodIssue): boolean =>
  code === 'invalid_type' && path.length === 0;

const SECRET_HINT = 'Only the name of a secret is written here, never the secret itself.';

/**
 * A path as text: `facilities[0].registries[1].url`, or `the file` for the empty path. Keys are made inert.
 */
export function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file';
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${inert(String(step))}`))
    .join('')
    .slice(1);
}

/** Unknown keys of one mapping that are explained one by one; a file with more is probably the wrong file. */
const EXPLAINED_KEYS = 50;

function unknownKeys(path: readonly PropertyKey[], keys: readonly string[]): Explanation[] {
  const explained = keys.slice(0, EXPLAINED_KEYS).map((key) => unknownKey(path, key));
  const rest = keys.length - explained.length;
  if (rest === 0) return explained;
  return [...explained, { path, part: 'value', message: `${pathText(path)} has ${rest} more unknown keys` }];
}

function unknownKey(path: readonly PropertyKey[], key: string): Explanation {
  const known = Object.keys(propertiesOf(schemaAt(configJsonSchema(), path)));
  const inside = path.length === 0 ? '' : ` in ${pathText(path)}`;
  return {
    path: [...path, key],
    part: 'key',
    message: `there is no key ${inert(key).slice(0, 64)}${inside}`,
    hint: didYouMean(key, known) ?? `Known keys: ${known.join(', ')}.`,
  };
}

function describedAt(path: readonly PropertyKey[]): string | undefined {
  const description = schemaAt(configJsonSchema(), path)?.description;
  return description === undefined ? undefined : `${description}.`;
}

function boundText(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const small = issue.code === 'too_small';
  const bound = Number(small ? issue.minimum : issue.maximum);
  const word = small ? 'at least' : 'at most';
  const plural = bound === 1 ? '' : 's';
  if (issue.origin === 'string') return `have ${word} ${bound} character${plural}`;
  if (issue.origin === 'array') return `have ${word} ${bound} ${bound === 1 ? 'entry' : 'entries'}`;
  return `be ${word} ${bound}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, step) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, step) : undefined),
    value,
  );
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'string' ? 'text' : typeof value;
}

function withArticle(type: string): string {
  const word = { array: 'list', string: 'text', int: 'whole number' }[type] ?? type;
  if (word === 'text') return word;
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
}
