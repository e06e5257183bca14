// The schema of an input, as far as checks read it: which values a field has, and what stands for "nobody knows".
import { z } from 'zod';

/** As much of JSON Schema as the schemas of inputs use. */
export interface InputSchema {
  readonly type?: string | readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, InputSchema>> | undefined;
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
    items: inputSchema.optional(),
    enum: z.array(z.string()).optional(),
    description: z.string().optional(),
    'x-saidBy': z.string().optional(),
  }),
);

/** Below an object that may be null: a comparison with it is undefined, whatever it is compared with. */
export const ABSENT = Symbol('absent');

/** What a field is where nobody knows. */
export type Unknown = null | 'unknown' | typeof ABSENT;

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
  if (at?.enum?.includes('unknown')) values.push('unknown');
  return values.length === 0 ? null : { values, decidedBy };
}

function isNullable(schema: InputSchema | undefined): boolean {
  return Array.isArray(schema?.type) && schema.type.includes('null');
}
