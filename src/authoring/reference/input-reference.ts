// Writes the reference of a policy's input as Markdown, from the schemas that policies are checked with.
import { readFile } from 'node:fs/promises';
import { markdownTable } from '../../model/markdown.ts';
import { type InputSchema, inputSchema } from '../checks/schema.ts';
import { FACILITY_SCHEMA, FEDERATION_SCHEMA, PREFERENCE_SCHEMA } from '../source/owner.ts';

const INTRODUCTION = `# What a policy is given
<!-- Made by \`panfed policy reference input --output docs/policies/input.md\`: change policies/schema instead. -->

The input of the federation's policy and of a facility's has \`record\`, \`subject\` and \`request\`. It is total: every field is
always there. If a value is unknown, an enumeration is \`"unknown"\`, another value is null, and a list is empty.

A list's elements are written \`[_]\`. A policy gets the fields that it reads, and no more; \`panfed policy check\` lists
them. A record has no id, digest, tag or reference here: names that change decide nothing. There is no role: no role passes
policy.
`;

/** The text above a section's table. */
const SECTIONS: Readonly<Record<string, string>> = {
  record: 'The image. A facility’s policy gets only its own images.',
  subject: 'The person. Without having signed in, a person has none of these facts.',
  request: 'The other facts of the request.',
};

const RESOURCE = `## The federation's entry point for compute resources

\`panfed/federation/resource\` decides who may know of a compute resource, and who may use it. It gets the \`subject\` and the
resource, and no record.
`;

const PREFERENCE = `## The preference module

It decides whether values match a person's choice, and gets no record and no person.
`;

/**
 * The whole page about the policies' input, as Markdown. Rejects with the file system's error if a schema cannot be
 * read, and with zod's if it is not one.
 */
export async function inputReference(): Promise<string> {
  const [judged, federation, chosen] = await Promise.all(
    [FACILITY_SCHEMA, FEDERATION_SCHEMA, PREFERENCE_SCHEMA].map(readSchema),
  );
  const resource = fields(federation?.properties?.resource ?? {}, 'input.resource');
  const sections = Object.entries(judged?.properties ?? {}).map(([name, schema]) => {
    const about = SECTIONS[name] ?? schema.description;
    return [`## ${name}\n`, ...(about === undefined ? [] : [`${about}\n`]), fields(schema, `input.${name}`)];
  });
  return [
    INTRODUCTION,
    ...sections.flat(),
    RESOURCE,
    resource,
    PREFERENCE,
    fields(chosen ?? {}, 'input'),
  ].join('\n');
}

async function readSchema(file: string): Promise<InputSchema> {
  return inputSchema.parse(JSON.parse(await readFile(file, 'utf8')));
}

function fields(schema: InputSchema, path: string): string {
  return markdownTable(['field', 'values', 'meaning', 'who says it'], rows(schema, path));
}

/** The fields below an object, or in a list of objects; an object that is never null has no row. */
function rows(schema: InputSchema, path: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const at = `${path}.${name}`;
    const row = [`\`${at}\``, valuesOf(field), field.description ?? '', field['x-saidBy'] ?? ''];
    if (field.items?.properties !== undefined) return [row, ...rows(field.items, `${at}[_]`)];
    if (field.properties === undefined) return [row];
    return [...(field.type === 'object' ? [] : [row]), ...rows(field, at)];
  });
}

/** Singular and plural. */
const WORDS: Readonly<Record<string, readonly [string, string]>> = {
  string: ['text', 'texts'],
  number: ['number', 'numbers'],
  integer: ['whole number', 'whole numbers'],
  boolean: ['true or false', 'true or false'],
  null: ['null', 'null'],
  object: ['object', 'objects'],
};

function valuesOf({ type, enum: values, items }: InputSchema, several = false): string {
  if (values !== undefined) return values.map((value) => `\`"${value}"\``).join(', ');
  if (type === 'array') return `list of ${valuesOf(items ?? {}, true)}`;
  const types = typeof type === 'string' ? [type] : (type ?? []);
  return types.map((each) => WORDS[each]?.[several ? 1 : 0] ?? each).join(' or ');
}
