// The JSON Schema of federation.yaml, made from the zod sections, for editors, the reference and hints.
import { z } from 'zod';
import { configSchema } from './schema.ts';

/** The keywords of JSON Schema 2020-12 that the sections use. */
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

let cached: JsonSchema | null = null;

/**
 * The schema (JSON Schema 2020-12) of the file as people write it: keys with defaults are optional, and `${VAR}` is
 * text. Made once, because each hint reads it.
 */
export function configJsonSchema(): JsonSchema {
  cached ??= makeSchema();
  return cached;
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

/**
 * The keys that an object may have, with their schemas, including those of its alternatives; none for null. Where several have
 * a key, it is the object's own, else that of the last alternative. Has no prototype.
 */
export function propertiesOf(schema: JsonSchema | null | undefined): Readonly<Record<string, JsonSchema>> {
  const alternatives = schema?.anyOf?.map(propertiesOf) ?? [];
  return Object.assign(Object.create(null), ...alternatives, schema?.properties);
}
