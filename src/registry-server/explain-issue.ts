// Explains an issue of an image's schema to the author of a catalog: what is wrong, the nearest word, an example.
import type { z } from 'zod';
import { pathText } from '../config/explain.ts';
import type { Problem } from '../config/problem.ts';
import type { Field } from '../model/field.ts';
import { DESCRIPTIVE_FIELDS } from '../model/image-fields.ts';
import { didYouMean } from '../model/nearest.ts';

/** How a field is written. */
const EXAMPLES: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(
    Object.entries(DESCRIPTIVE_FIELDS as Readonly<Record<string, Field>>).map(([name, { example }]) => [
      name,
      example,
    ]),
  ),
  repository: 'repository: tomography/tofu',
  digest: 'digest: sha256:5f2a… with 64 hexadecimal digits',
  tag: 'tag: "0.13.1"',
  tags: 'tags: ["0.13.1", latest]',
  license: 'license: LGPL-3.0-or-later',
  conditions: 'conditions: [{ kind: namedUser, groups: ["urn:geant:kit.edu:group:vgstudio"] }]',
  sharing: 'sharing: open',
  listed: 'listed: true',
  suppliedBy: 'suppliedBy: staff',
  groups: 'groups: ["urn:geant:kit.edu:group:vgstudio"]',
  labels: 'labels: { io.panfed.techniques: x-ray tomography }',
  signatures: 'signatures: [{ mediaType: application/vnd.dev.sigstore.bundle.v0.3+json, content: "{…}" }]',
  attestations:
    'attestations: [{ mediaType: application/vnd.dev.sigstore.bundle.v0.3+json, content: "{…}" }]',
};

/** A hint with an example of the field; undefined for free text and for a field that images do not have. */
export function exampleOf(field: string): string | undefined {
  const example = EXAMPLES[field];
  return example === undefined ? undefined : `Write it as in ${example}.`;
}

/**
 * The message and the hint (undefined: none) for one issue of zod, with the field's path; `entry` is the value that was
 * checked. At most three unknown fields are named.
 */
export function explainIssue(issue: z.core.$ZodIssue, entry: unknown): Omit<Problem, 'position'> {
  const { path } = issue;
  const field = path.length === 0 ? '' : `${pathText(path)}: `;
  const example = exampleOf(String(path[0] ?? ''));
  const given = valueAt(entry, path);
  if (issue.code === 'unrecognized_keys') {
    const known = issue.keys.map((key) => pathText([...path, key])).slice(0, 3);
    return { message: `an image has no field ${known.join(', ')}`, hint: example };
  }
  if (issue.code === 'invalid_value') {
    const known = issue.values.map(String);
    const nearest = typeof given === 'string' ? didYouMean(given.slice(0, 64), known) : undefined;
    return { message: `${field}must be one of ${known.join(', ')}`, hint: nearest ?? example };
  }
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')) {
    return { message: `${field}must be ${kindOf(issue.expected)}, not ${typeOf(given)}`, hint: example };
  }
  const own = issue.code === 'custom' ? issue.params?.hint : undefined;
  return { message: `${field}${issue.message}`, hint: typeof own === 'string' ? own : example };
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

const kindOf = (expected: string): string => KINDS[expected] ?? expected;

function typeOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return kindOf(typeof value);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, step) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, step) : undefined),
    value,
  );
}
