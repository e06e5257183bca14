// The schema of an input, as far as checks read it: the values of a field, and those that mean "unknown".
import { z } from 'zod';

/** The part of JSON Schema that the schemas of inputs use. */
export interface InputSchema {
  readonly type?: string | readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, InputSchema>> | undefined;
  readonly additionalProperties?: boolean | InputSchema | undefined;
  readonly items?: InputSchema | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly description?: string | undefined;
  /** The part that states the field; not in JSON Schema. */
  readonly 'x-saidBy'?: string | undefined;
}

/** The part of JSON Schema that describes a policy's input; other keywords are let through unread. */
export const inputSchema: z.ZodType<InputSchema> = z.lazy(() =>
  z.looseObject({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    properties: z.record(z.string(), inputSchema).optional(),
    additionalProperties: z.union([z.boolean(), inputSchema]).optional(),
    items: inputSchema.optional(),
    enum: z.array(z.string()).optional(),
    description: z.string().optional(),
    'x-saidBy': z.string().optional(),
  }),
);

/** A field below an object that is null: any comparison with it is undefined. */
export const ABSENT = Symbol('absent');

/** An empty list: nobody stated its elements. */
export const EMPTY = Symbol('empty');

/** A value that means "unknown". */
export type Unknown = null | false | 'unknown' | typeof ABSENT | typeof EMPTY;

/** Lists that may be empty although they are known, with the field that says whether they are known. */
const KNOWN_BY: Readonly<Record<string, string>> = {
  'input.record.license.conditions': 'input.record.license.conditionsKnown',
};

export interface UnknownField {
  readonly values: readonly Unknown[];
  /** The field itself, or the outermost object above it that may be null: if that is known, the field is. */
  readonly decidedBy: string;
}

/**
 * The unknown values of the field at this path (`['input', 'subject', 'academic']`); null: it is always
 * known, or the schema has no such field.
 */
export function unknownOf(schema: InputSchema, path: readonly string[]): UnknownField | null {
  const values: Unknown[] = [];
  let decidedBy = path.join('.');
  let at: InputSchema | undefined = schema;
  for (const [index, key] of path.entries()) {
    if (index === 0) continue;
    if (index > 1 && isNullable(at) && !values.includes(ABSENT)) {
      values.push(ABSENT);
      decidedBy = path.slice(0, index).join('.');
    }
    at = at?.properties?.[key];
    if (at === undefined) return null;
  }
  if (isNullable(at)) values.push(null);
  if (at?.type === 'array') {
    values.push(EMPTY);
    decidedBy = KNOWN_BY[decidedBy] ?? decidedBy;
  }
  if (Object.values(KNOWN_BY).includes(path.join('.'))) values.push(false);
  if (at?.enum?.includes('unknown')) values.push('unknown');
  return values.length === 0 ? null : { values, decidedBy };
}

/**
 * The schema of the field at a path, whose first key (`input`) is not looked up and whose `*` is every entry of a
 * list; undefined: there is none.
 */
export function schemaAt(schema: InputSchema, [, ...keys]: readonly string[]): InputSchema | undefined {
  return keys.reduce<InputSchema | undefined>((at, key) => {
    if (key === '*' && at?.items !== undefined) return at.items;
    const named = at?.properties?.[key];
    if (named !== undefined) return named;
    return typeof at?.additionalProperties === 'object' ? at.additionalProperties : undefined;
  }, schema);
}

function isNullable(schema: InputSchema | undefined): boolean {
  return Array.isArray(schema?.type) && schema.type.includes('null');
}
