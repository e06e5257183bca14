// The reference of federation.yaml as Markdown, made from its JSON Schema: one table per section.
import { markdownTable } from '../model/markdown.ts';
import { configJsonSchema, type JsonSchema } from './json-schema.ts';

const INTRODUCTION = `# Configuration
<!-- Made by \`panfed config schema --format markdown --output docs/configuration.md\`: change src/config instead. -->

panfed reads \`federation.yaml\`, or the file that \`--config\` names. \`panfed config init\` writes a first one, and
\`panfed config check\` reports every problem with its place and what to do about it.

- **Environment variables**: \`\${VAR}\` and \`\${VAR:-default}\` stand for their values in any text. They are inserted after the
  YAML is read, so a value cannot add keys of its own; \`$\${\` is a literal \`\${\`. A variable that is missing is an error.
- **Secrets** are only named: \`{env: NAME}\` is an environment variable, \`{file: PATH}\` the first line of a file (all of
  it, where a key is meant).
- **Paths** start at the folder of \`federation.yaml\`.
- **Order**: a flag overrides an environment variable, which overrides the file. \`HOST\` and \`PORT\` set
  \`federation.listen\`.
- **Unknown keys** are errors.
- **Editors** complete and check the file with \`federation.schema.json\`, which \`panfed config schema\` prints; name it in the
  first line: \`# yaml-language-server: $schema=./federation.schema.json\`.
`;

/** The whole page as Markdown, from the title to the last table; no file is read. */
export function configReference(): string {
  const schema = configJsonSchema();
  const parts = [INTRODUCTION, ...sections('', schema, 2)];
  return parts.join('\n');
}

interface Row {
  readonly key: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

function sections(path: string, schema: JsonSchema, level: number): string[] {
  const rows = rowsOf(schema, '', true);
  const inner = rows.filter(({ schema: each }) => isSection(each));
  const plain = rows.filter(({ schema: each }) => !isSection(each));
  const heading = `${'#'.repeat(Math.min(level, 6))} ${path}`;
  const own = path === '' ? table([...inner, ...plain]) : table(rows);
  const title = path === '' ? '## Sections' : heading;
  const description = path === '' || schema.description === undefined ? '' : `${schema.description}.\n\n`;
  return [
    `${title}\n\n${description}${own}`,
    ...inner.flatMap(({ key, schema: each }) => {
      const list = each.items !== undefined;
      const name = `${path === '' ? '' : `${path}.`}${key}${list ? '[]' : ''}`;
      const content = list ? { description: each.description ?? '', ...each.items } : each;
      return sections(name, content, path === '' ? 2 : 3);
    }),
  ];
}

/** Whether the value has a table of its own: a section of the file, or each entry of a list of objects. */
function isSection(schema: JsonSchema): boolean {
  return schema.properties !== undefined || schema.items?.properties !== undefined;
}

/** The keys of an object; small objects inside are shown in the same table, with dotted keys. */
function rowsOf(schema: JsonSchema, prefix: string, outermost: boolean): Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, each]): Row[] => {
    const required = schema.required?.includes(key) ?? false;
    const section = alternativeSection(each);
    if (section !== undefined) {
      const inside = rowsOf(section, `${prefix}${key}.`, false);
      return [{ key: `${prefix}${key}`, schema: each, required }, ...inside];
    }
    const small = each.properties !== undefined && !(outermost && isTopLevel(schema));
    if (!small) return [{ key: `${prefix}${key}`, schema: each, required }];
    const inside = rowsOf(each, `${prefix}${key}.`, false);
    const { properties: _shownBelow, ...itself } = each;
    return [{ key: `${prefix}${key}`, schema: itself, required }, ...inside];
  });
}

/** The section of a key that takes either a section or a text. */
function alternativeSection({ anyOf }: JsonSchema): JsonSchema | undefined {
  if (!anyOf?.some(({ type }) => type === 'string')) return undefined;
  return anyOf.find(({ properties }) => properties !== undefined);
}

const isTopLevel = (schema: JsonSchema): boolean => schema.$schema !== undefined;

function table(rows: readonly Row[]): string {
  return markdownTable(
    ['key', 'type', 'default', 'meaning'],
    rows.map(({ key, schema, required }) => [
      `\`${key}\``,
      typeText(schema),
      defaultText(schema, required),
      schema.description ?? '',
    ]),
  );
}

function typeText(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return alternativesText(schema, schema.anyOf);
  if (schema.enum !== undefined) return schema.enum.map((each) => `\`${each}\``).join(', ');
  if (schema.type === 'array')
    return `list of ${schema.items?.enum ? typeText(schema.items) : itemText(schema.items)}`;
  if (schema.type === 'string') return schema.format === 'uri' ? 'URL' : 'text';
  if (schema.type === 'integer') return `whole number, ${schema.minimum} to ${schema.maximum}`;
  return schema.type === 'object' ? 'section' : (schema.type ?? 'text');
}

/** A secret is a section alone: of a variable, or of a file. */
function alternativesText(schema: JsonSchema, alternatives: readonly JsonSchema[]): string {
  if (alternativeSection(schema)) return 'text or section';
  if (alternatives.every(({ properties }) => properties !== undefined)) return 'secret';
  return alternatives.map(({ type }) => (type === 'integer' ? 'number' : 'text')).join(' or ');
}

function itemText(schema: JsonSchema | undefined): string {
  if (schema?.properties !== undefined) return 'entries';
  return schema?.format === 'uri' ? 'URLs' : 'texts';
}

function defaultText(schema: JsonSchema, required: boolean): string {
  if (required) return '**required**';
  if (schema.default === undefined || isEmptyObject(schema.default)) return '';
  return `\`${JSON.stringify(schema.default)}\``;
}

function isEmptyObject(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  );
}
