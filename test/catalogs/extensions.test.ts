// The fields that ESRF's and DESY's registries add: their SDL, and that the data kept under `extension` is of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { buildSchema, execute, getNamedType, isNullableType, isObjectType, parse } from 'graphql';
import { catalogs, demo } from './demo.ts';

/** A selection of every field that a type has, to its leaves. */
function everything(type: unknown): string {
  if (!isObjectType(type)) return '';
  const fields = Object.values(type.getFields()).map((field) => {
    return `${field.name} ${everything(getNamedType(field.type))}`;
  });
  return `{ ${fields.join(' ')} }`;
}

for (const { id, extension } of demo.config.facilities) {
  if (extension === undefined) continue;
  const sdl = readFileSync(new URL(`../../${extension.schema}`, import.meta.url), 'utf8');
  const entries = catalogs.filter(({ facility }) => facility === id).flatMap((catalog) => catalog.entries);

  describe(`the extension of ${id}`, () => {
    const schema = buildSchema(sdl);
    const image = schema.getType('Image');

    test('is asked by imagesById and adds no other root field', () => {
      assert.deepEqual(Object.keys(schema.getQueryType()?.getFields() ?? {}), ['imagesById']);
    });

    test('leaves every field of Image nullable, for images of which nothing is said', () => {
      assert.ok(isObjectType(image));
      for (const field of Object.values(image.getFields())) assert.ok(isNullableType(field.type), field.name);
    });

    test('is given for most images', () => {
      const given = entries.filter((entry) => entry.extension !== undefined).length;
      assert.ok(given > entries.length / 2, `${given} of ${entries.length}`);
      assert.ok(given < entries.length, 'and some image has none');
    });

    test('answers every one of its fields from the data, and the data has no other', async () => {
      const document = parse(`{ imagesById(ids: []) ${everything(image)} }`);
      const extensions = entries.map((entry) => entry.extension ?? {});
      const answer = await execute({ schema, document, rootValue: { imagesById: extensions } });
      assert.equal(answer.errors, undefined);
      const images = (answer.data?.imagesById ?? []) as readonly unknown[];
      assert.deepEqual(images.map(withoutNulls), extensions.map(withoutNulls));
    });
  });
}

function withoutNulls(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, each) => (each === null ? undefined : each)));
}
