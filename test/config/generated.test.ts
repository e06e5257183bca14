import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { configJsonSchema, type JsonSchema } from '../../src/config/json-schema.ts';
import { configReference } from '../../src/config/reference.ts';

const published = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('what is generated from the configuration’s sections is current', () => {
  test('federation.schema.json (node dist/cli/main.js config schema --output federation.schema.json)', () => {
    assert.deepEqual(
      JSON.parse(published('federation.schema.json')),
      JSON.parse(JSON.stringify(configJsonSchema())),
    );
  });

  test('docs/configuration.md (… config schema --format markdown --output docs/configuration.md)', () => {
    assert.equal(published('docs/configuration.md'), configReference());
  });
});

describe('the JSON Schema', () => {
  test('describes every key', () => {
    const untold: string[] = [];
    const visit = (schema: JsonSchema, path: string): void => {
      for (const [key, each] of Object.entries(schema.properties ?? {})) {
        if (each.description === undefined) untold.push(`${path}${key}`);
        visit(each, `${path}${key}.`);
      }
      if (schema.items) visit(schema.items, `${path}[].`);
      for (const each of schema.anyOf ?? []) visit(each, path);
    };
    visit(configJsonSchema(), '');
    assert.deepEqual(untold, []);
  });
});
