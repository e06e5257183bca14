// Labels in JSON: a description file, or what `docker inspect` and `skopeo inspect` print of images.
import { parse } from 'lossless-json';
import type { Position } from '../../config/problem.ts';
import { readYaml, type YamlDocument } from '../../config/yaml.ts';
import { parseJsonOnce } from '../../model/json.ts';
import { isObject } from '../../model/json-object.ts';
import { SCHEMA_KEY } from '../../sources/labels/description-schema.ts';
import type { Labels } from '../../sources/labels/family.ts';
import { IMAGE_LABEL } from '../../sources/labels.ts';
import { type LabelSource, Unparsed } from './label-source.ts';

type Path = readonly PropertyKey[];

/**
 * The labels in the text (RFC 8259), named by `name`: one source for each image that an inspection prints, and one for any other
 * object, which is a description.
 * @throws Unparsed for what is not JSON, has a key twice, or is neither
 */
export function jsonSources(text: string, name: string): readonly LabelSource[] {
  const value = parsed(text);
  const places = placesOf(text);
  const list = Array.isArray(value) ? value : [value];
  const images = list.flatMap((each: unknown, index) => {
    const at = labelsIn(each);
    if (at === null) return [];
    const base = Array.isArray(value) ? [index, ...at.path] : at.path;
    const called = list.length > 1 ? `${name} [${index}]` : name;
    return [imageSource(called, at.labels, (path) => places?.place([...base, ...path], 'key') ?? null)];
  });
  if (images.length === list.length && images.length > 0) return images;
  if (isObject(value))
    return [descriptionSource(name, value, (path, part) => places?.place(path, part) ?? null)];
  throw new Unparsed(
    'is neither a description, a JSON object, nor what an inspection of images prints',
    null,
  );
}

/** `docker inspect` and `podman inspect`, `skopeo inspect --config`, and `skopeo inspect`. */
const PLACES: readonly Path[] = [['Config', 'Labels'], ['config', 'Labels'], ['Labels']];

function labelsIn(value: unknown): { readonly path: Path; readonly labels: Labels } | null {
  for (const path of PLACES) {
    const [head = '', ...rest] = path;
    if (!isObject(value) || !Object.hasOwn(value, head)) continue;
    const labels = rest.reduce<unknown>(
      (inside, step) => (isObject(inside) ? inside[String(step)] : undefined),
      value[String(head)],
    );
    // An image without labels has null, or leaves the key out.
    if (labels === undefined || labels === null) return { path, labels: {} };
    if (isObject(labels)) return { path, labels: textsOf(labels) };
  }
  return null;
}

const textsOf = (labels: Readonly<Record<string, unknown>>): Labels =>
  Object.fromEntries(
    Object.entries(labels).flatMap(([label, text]) => (typeof text === 'string' ? [[label, text]] : [])),
  );

/** An image's own labels, which stand below the path that `place` is relative to. */
const imageSource = (name: string, labels: Labels, place: (path: Path) => Position | null): LabelSource => ({
  name,
  isDescription: false,
  levels: [labels],
  notes: [],
  place: (label) => place([label]),
});

/** A description as the label that it will be: without the name of its schema, on one line. */
export function descriptionSource(
  name: string,
  description: Readonly<Record<string, unknown>>,
  place: (path: Path, part: 'key' | 'value') => Position | null = () => null,
): LabelSource {
  const { [SCHEMA_KEY]: _schema, ...said } = description;
  return {
    name,
    isDescription: true,
    levels: [{ [IMAGE_LABEL]: JSON.stringify(said) }],
    notes: [],
    place: (_label, path, part) => place(path, part),
  };
}

function parsed(text: string): unknown {
  try {
    return parseJsonOnce(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Unparsed(error.message, faultOf(text));
  }
}

/** Where the text breaks off: the engine does not always say, nor does it see a key that is there twice. */
function faultOf(text: string): Position | null {
  try {
    parse(text);
  } catch (error) {
    const at = /at position (\d+)/.exec((error as Error).message)?.[1];
    if (at !== undefined) return positionOf(text, Number(at));
  }
  return placesOf(text)?.problems[0]?.position ?? null;
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** JSON is YAML too, which knows its places; null where its parser, which recurses, gives up. */
function placesOf(text: string): YamlDocument | null {
  try {
    return readYaml(text);
  } catch {
    return null;
  }
}
