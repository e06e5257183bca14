// What labels that can be read mean: names that the vocabulary does not have, terms that open nothing, and what is not said.
import { type IngestContext, ingest } from '../../catalog/ingest/ingest.ts';
import { repositoryRules } from '../../catalog/ingest/rules.ts';
import type { ImageRecord } from '../../model/image.ts';
import { inert } from '../../model/inert.ts';
import { IMAGE_LABEL, mapLabels, PANFED } from '../../sources/labels.ts';
import { NOBODY_TRUSTED } from '../../trust/settings.ts';
import type { Vocabulary } from '../../vocabulary/vocabulary.ts';
import type { LabelSource } from './label-source.ts';
import { descriptionIn, unknownImage } from './located.ts';
import type { Say } from './say.ts';
import { suggested, type TermKind } from './suggest.ts';

type Path = readonly PropertyKey[];

/** A place of something that labels say. */
interface Place {
  readonly label: string;
  readonly path: Path;
}

/** By what labels are judged. */
export interface Reading {
  readonly vocabulary: Vocabulary;
  /** Whether all of them could be read: what is not said may stand in what was not. */
  readonly isRead: boolean;
}

/**
 * Adds a warning for each name that is not in the vocabulary, for license terms that open nothing, for words that cannot open
 * anything, and where the image is found by nothing; an error where ingest would quarantine an image with these labels.
 */
export function meaningFindings(source: LabelSource, { vocabulary, isRead }: Reading, say: Say): void {
  const [labels = {}, ...behind] = source.levels;
  const { described } = mapLabels(labels, unknownImage(vocabulary.framework), behind);
  const placeOf = (field: string, text: string): Place => placeIn(source, field, text);

  for (const name of described.techniques) {
    if (vocabulary.technique(name) !== null) continue;
    const senses = vocabulary.senses(name).map(({ technique }) => `${technique.label} (${technique.id})`);
    sayUnknown('technique', name, senses, placeOf('techniques', name));
  }
  for (const field of ['reads', 'writes'] as const) {
    for (const name of described[field]) {
      if (vocabulary.format(name) !== null) continue;
      const meant = vocabulary.formatsOf(name).map(({ id }) => id);
      sayUnknown('format', name, meant, placeOf(field, name));
    }
  }
  for (const { name } of described.frameworks) sayNearFramework(name);
  sayOpening();
  const nothing = [described.frameworks, described.techniques, described.reads, described.writes];
  if (isRead && nothing.every(({ length }) => length === 0)) {
    say(
      'warning',
      IMAGE_LABEL,
      [],
      'names no framework, technique or format, by which images are found',
      'panfed labels init writes one: panfed labels init --framework relion@5.0 --reads MRC',
    );
  }
  const record = recordOf(source, vocabulary);
  if (typeof record === 'string') say('error', IMAGE_LABEL, [], `would be quarantined: ${record}`);
  else sayTerms(record);

  function sayUnknown(kind: TermKind, name: string, meant: readonly string[], { label, path }: Place): void {
    const near = meant.length > 0 ? [] : suggested(name, kind, vocabulary);
    say(
      'warning',
      label,
      path,
      meant.length > 0
        ? `${quoted(name)} may be ${meant.slice(0, 5).join(', ')}, and the image cannot be found by it`
        : `the vocabulary has no ${kind} ${quoted(name)}, and the image cannot be found by it`,
      meant.length > 0
        ? 'Name the one that is meant.'
        : near.length > 0
          ? `Did you mean ${near.join(', ')}?`
          : `All of them: panfed ${kind}s. federation.yaml can say what the lab’s own word means (terms).`,
    );
  }

  /** Software that the vocabulary does not have may be the lab's own. */
  function sayNearFramework(name: string): void {
    if (vocabulary.frameworksOf(name).length > 0) return;
    const [near] = suggested(name, 'framework', vocabulary);
    if (near === undefined) return;
    const { label, path } = placeOf('frameworks', name);
    say('warning', label, path, `the vocabulary has no framework ${quoted(name)}`, `Did you mean ${near}?`);
  }

  function sayOpening(): void {
    for (const [field, value] of [
      ['sharing', 'open'],
      ['listed', 'true'],
    ] as const) {
      const own = `${PANFED}${field}`;
      const inJson = descriptionIn(labels)?.[field];
      const isOwn = labels[own]?.trim().toLowerCase() === value;
      if (!isOwn && String(inJson).trim().toLowerCase() !== value) continue;
      say(
        'warning',
        isOwn ? own : IMAGE_LABEL,
        isOwn ? [] : [field],
        `${isOwn ? '' : `${value} `}opens nothing: a label can only restrict who may have an image`,
        'Leave it out: the facility states it, in its registry or in federation.yaml.',
      );
    }
  }

  function sayTerms({ license }: ImageRecord): void {
    const [stated] = described.licenses;
    const place =
      stated === undefined || stated.label === IMAGE_LABEL
        ? { label: IMAGE_LABEL, path: ['license'] }
        : { label: stated.label, path: [] };
    const warn = (message: string, hint: string): void =>
      say('warning', place.label, place.path, message, hint);
    if (license.state === 'unknown' && stated === undefined) {
      if (!isRead) return;
      warn(
        'no license is stated, and the image is for members of the facility',
        'Write it as in "license": "GPL-2.0-only".',
      );
    } else if (license.state !== 'normalized') {
      const near = suggested(license.raw ?? '', 'license', vocabulary);
      warn(
        `${quoted(license.raw ?? '')} is not recognized, and the image is for members of the facility`,
        near.length > 0
          ? `Write an SPDX expression; the nearest ids are ${near.join(', ')}.`
          : 'Write an SPDX expression, such as LGPL-3.0-or-later.',
      );
    } else if (!license.conditionsKnown) {
      warn(
        `what ${quoted(license.expression ?? '')} asks is not known, and the image is for members of the facility`,
        'The facility states `conditions`, in its registry or in federation.yaml; a label can only add to them.',
      );
    }
  }
}

/** The label that states the field: one of its own before the JSON. */
function placeIn({ levels }: LabelSource, field: string, text: string): Place {
  const own = `${PANFED}${field}`;
  if (levels.some((labels) => Object.hasOwn(labels, own))) return { label: own, path: [] };
  const list = levels.map((labels) => descriptionIn(labels)?.[field]).find((value) => value !== undefined);
  if (list === undefined) {
    const other = field === 'frameworks' ? 'software' : 'about.tags';
    return { label: other, path: [] };
  }
  const index = Array.isArray(list) ? list.findIndex((item) => nameIn(item) === text) : -1;
  return { label: IMAGE_LABEL, path: index === -1 ? [field] : [field, index] };
}

/** The name in an entry of a list: a text, before the version of a framework, or the `name` of an object. */
function nameIn(item: unknown): string | null {
  const text = typeof item === 'object' && item !== null ? Reflect.get(item, 'name') : item;
  if (typeof text !== 'string') return null;
  const clean = inert(text.toWellFormed().normalize('NFC')).trim();
  const at = typeof item === 'string' ? clean.lastIndexOf('@') : -1;
  return at > 0 ? clean.slice(0, at) : clean;
}

/** The record of an image with these labels alone, or why it would be quarantined. */
function recordOf({ levels }: LabelSource, vocabulary: Vocabulary): ImageRecord | string {
  const context: IngestContext = {
    place: { facility: 'facility', registry: 'registry', pull: 'registry' },
    rules: repositoryRules([]),
    vocabulary,
    trustSettings: NOBODY_TRUSTED,
  };
  const labelSets = levels.map((labels) => Object.entries(labels).map(([name, value]) => ({ name, value })));
  const result = ingest({ id: 'image', repository: 'image', tags: ['latest'], labelSets }, context);
  if ('quarantined' in result) return result.quarantined.reason;
  return result.records[0] ?? 'it has no name';
}

const quoted = (text: string): string => JSON.stringify(inert(text.slice(0, 60).toWellFormed()));
