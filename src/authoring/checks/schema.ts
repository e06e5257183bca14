// The schema of an input, as far as checks read it: which values a field has, and what stands for "nobody knows".
import { z } from 'zod';

/** As much of JSON Schema as the schemas of inputs use. */
export interface InputSchema {
  readonly type?: string | readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, InputSchema>> | undefined;
  readonly additionalProperties?: boolean | InputSchema | undefined;
  readonly items?: InputSchema | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly description?: string | undefined;
  /** Whose word the field is; of no meaning to JSON Schema. */
  readonly 'x-saidBy'?: string | undefined;
}

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

/** Below an object that may be null: a comparison with it is undefined, whatever it is compared with. */
export const ABSENT = Symbol('absent');

/** A list without elements: nobody said what is in it. */
export const EMPTY = Symbol('empty');

/** What a field is where nobody knows. */
export type Unknown = null | false | 'unknown' | typeof ABSENT | typeof EMPTY;

/** Lists that may rightly be empty, with the field that says whether they are known. */
const KNOWN_BY: Readonly<Record<string, string>> = {
  'input.record.license.conditions': 'input.record.license.conditionsKnown',
};

export interface UnknownField {
  readonly values: readonly Unknown[];
  /** The field itself, or the outermost object above it that may be null: knowing that one is knowing the other. */
  readonly decidedBy: string;
}

/** How the field of this path (`['input', 'subject', 'academic']`) says that nobody knows; null where it is always known. */
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

/** The schema of the field of this path; undefined where it has none. */
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
