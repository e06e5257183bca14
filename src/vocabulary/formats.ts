// Data formats: the names that labs use for them → one id each; the formats of an ending; what is narrower.
import type { FormatEntry } from './format-schema.ts';
import { joinedKey, NameIndex } from './names.ts';
import { narrowerIn } from './narrower.ts';
import type { Format } from './vocabulary.ts';

export interface Formats {
  readonly terms: readonly Format[];
  /** The format that a text names alone, or null. */
  format(text: string): Format | null;
  /** All formats that a text may mean. */
  formatsOf(text: string): readonly Format[];
  /** The format and all that are it or are in it, in the file's order; empty for an id that is not known. */
  narrower(id: string): readonly string[];
}

/** `http://edamontology.org/format_3590` is `format_3590`. */
function formatKey(text: string): string | null {
  const key = joinedKey(text)?.replace(/^https?:\/\/edamontology\.org\/|^edam:/, '');
  return key === undefined || key === '' ? null : key;
}

/** `.nxs` and `*.nxs` are `nxs`. */
const endingKey = (text: string): string | null => joinedKey(text)?.replace(/^\*?\./, '') || null;
const isEnding = (text: string): boolean => /^\s*\*?\./.test(text);

/**
 * The lookup of formats, without regard to case, blanks and hyphens. A text with a leading dot (`.h5`, `*.h5`) is an ending
 * of file names and nothing else. Any other is an id, label, synonym or EDAM id; where it is none of these, a media type, and
 * at last an ending without its dot. `format` gives the one format of it, null where there is none or several; `formatsOf`
 * gives all of these, those of the name first, each once. `terms` are in the order of `entries`, whose ids differ; what one
 * `isA` or is `in` must be among them.
 * @throws Error where an entry refers to a format that is not among them
 */
export function indexFormats(entries: readonly FormatEntry[]): Formats {
  const names = new NameIndex<Format>(formatKey);
  const mediaTypes = new NameIndex<Format>(formatKey);
  const endings = new NameIndex<Format>(endingKey);
  const ids = new Set(entries.map(({ id }) => id));
  const owners = ownersOf(entries);
  const terms = entries.map((entry): Format => {
    const above = [...entry.isA, ...(entry.in === undefined ? [] : [entry.in])];
    const missing = above.find((other) => !ids.has(other));
    if (missing !== undefined)
      throw new Error(`${entry.id} refers to ${missing}, which is not a format of these files`);
    const term = termOf(entry, owners);
    for (const name of [entry.id, entry.label, ...entry.synonyms]) names.add(name, term);
    if (entry.edam !== undefined) names.add(entry.edam, term);
    for (const mediaType of entry.mediaTypes) mediaTypes.add(mediaType, term);
    for (const ending of entry.extensions) endings.add(ending, term);
    return term;
  });
  const byTrust = [names, mediaTypes, endings];
  return {
    terms,
    format(text) {
      const indexes = isEnding(text) ? [endings] : byTrust;
      // A name of several formats is not looked for among endings: it would mean one of others.
      const first = indexes.map((index) => index.all(text)).find((found) => found.length > 0) ?? [];
      return first.length === 1 ? (first[0] ?? null) : null;
    },
    formatsOf: (text) => [
      ...new Set((isEnding(text) ? [endings] : byTrust).flatMap((index) => index.all(text))),
    ],
    narrower: narrowerIn(
      entries.map(({ id, isA, in: container }) => ({
        id,
        above: container === undefined ? isA : [...isA, container],
      })),
    ),
  };
}

function ownersOf(entries: readonly FormatEntry[]): ReadonlyMap<string, number> {
  const owners = new Map<string, number>();
  for (const { extensions } of entries)
    for (const ending of extensions) owners.set(ending, (owners.get(ending) ?? 0) + 1);
  return owners;
}

/** An ending that is its own is a name of the format, by which images are searched for. */
function termOf(entry: FormatEntry, owners: ReadonlyMap<string, number>): Format {
  const own = entry.extensions.filter((ending) => owners.get(ending) === 1);
  return Object.freeze({
    ...entry,
    synonyms: Object.freeze([...new Set([...entry.synonyms, ...own])]),
    in: entry.in ?? null,
    mark: entry.mark ?? null,
    edam: entry.edam ?? null,
    source: entry.source ?? null,
  });
}
