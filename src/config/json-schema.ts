// The JSON Schema of federation.yaml, made from the zod sections: for editors, for the reference, for hints.
import { z } from 'zod';
import { configSchema } from './schema.ts';

/** As much of JSON Schema 2020-12 as the sections come to. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

let made: JsonSchema | null = null;

/** The schema of what people write: defaults are optional, and `${VAR}` is text. Made once, since each hint looks at it. */
export function configJsonSchema(): JsonSchema {
  made ??= makeSchema();
  return made;
}

function makeSchema(): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' });
  return {
    $schema,
    title: 'federation.yaml',
    description: 'Configuration of a panfed gateway',
    ...schema,
  } as JsonSchema;
}

/** The schema at a path of keys and indexes, or null where the path leads out of it. */
export function schemaAt(schema: JsonSchema, path: readonly PropertyKey[]): JsonSchema | null {
  let here: JsonSchema | undefined = schema;
  for (const step of path) {
    here = typeof step === 'number' ? here?.items : propertiesOf(here)[String(step)];
  }
  return here ?? null;
}

/** The keys that an object may have, those of its alternatives together. */
export function propertiesOf(schema: JsonSchema | null | undefined): Readonly<Record<string, JsonSchema>> {
  const alternatives = schema?.anyOf?.map(propertiesOf) ?? [];
  return Object.assign(Object.create(null), ...alternatives, schema?.properties);
}
