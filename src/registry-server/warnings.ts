// Warnings about an image of a catalog that the gateway reads as less than was meant: labels that cannot be read, names
// that are not in the vocabulary, and terms that are not stated and so open nothing.
import type { Problem } from '../config/problem.ts';
import type { ImageRecord } from '../model/image.ts';
import { inert } from '../model/inert.ts';
import { didYouMean, nearest } from '../model/nearest.ts';
import { type LabelProblem, PANFED, PANFED_FIELDS, restrictionsOf } from '../sources/labels.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { exampleOf } from './explain-issue.ts';
import { withoutHost } from './image.ts';

/** A warning about one image: the field, the path to its position, and its text, made only if it is listed. */
export interface Warning {
  readonly field: string;
  readonly path: readonly PropertyKey[];
  /** The message and the hint; finding the nearest name takes time. */
  readonly describe: () => Omit<Problem, 'position'>;
}

/** An entry of the file, and the record that ingest made of it. */
export interface Reviewed {
  readonly entry: Readonly<Record<string, unknown>>;
  readonly record: ImageRecord;
  readonly problems: readonly LabelProblem[];
}

/**
 * All warnings about one valid image: of its hosts, labels, names, license and sharing, in this order; empty if there
 * is none.
 */
export function warningsOf(reviewed: Reviewed, vocabulary: Vocabulary): Warning[] {
  return [
    ...hostWarnings(reviewed),
    ...labelWarnings(reviewed),
    ...nameWarnings(reviewed, vocabulary),
    ...licenseWarnings(reviewed, vocabulary),
    ...sharingWarnings(reviewed),
  ];
}

function hostWarnings({ record }: Reviewed): Warning[] {
  const name = withoutHost(record.repository);
  if (name === record.repository) return [];
  const message = 'repository: begins with what looks like a host, and is pulled from below `pull` as it is';
  return [
    {
      field: 'repository',
      path: ['repository'],
      describe: () => ({ message, hint: `If it is one, write ${name}.` }),
    },
  ];
}

function labelWarnings({ record, problems }: Reviewed): Warning[] {
  return problems.map(({ label, problem }) => ({
    field: 'labels',
    path: ['labels', label],
    describe: () => ({
      message: `labels: ${inert(label.slice(0, 128))} ${problem}${effectOf(label, record)}`,
      hint: nearestLabel(label) ?? 'docs/joining.md lists the labels, each with an example.',
    }),
  }));
}

/** The restriction by a label that cannot be read, as part of a sentence. */
function effectOf(label: string, { labels }: ImageRecord): string {
  const value = labels[label];
  if (value === undefined) return '';
  const { sharing, listed } = restrictionsOf({ [label]: value });
  if (sharing !== null) return `, and as it may be meant to restrict, sharing becomes ${sharing}`;
  return listed ? '' : ', and as it may be meant to restrict, the image is not listed';
}

function nearestLabel(label: string): string | undefined {
  const field = label.slice(PANFED.length);
  if (!label.toLowerCase().startsWith(PANFED) || PANFED_FIELDS.includes(field)) return undefined;
  const [name] = nearest(field.slice(0, 64), PANFED_FIELDS);
  return name === undefined ? undefined : `Did you mean ${PANFED}${name}?`;
}

/** An unknown technique or format cannot be searched for; unknown software can, and may be the lab's own. */
function nameWarnings({ entry, record }: Reviewed, vocabulary: Vocabulary): Warning[] {
  if (record.unmapped.length === 0) return [];
  const warn = (
    field: string,
    found: (name: string) => boolean,
    known: () => Iterable<string>,
    meanings: (name: string) => readonly string[] = () => [],
  ): Warning[] => {
    const names: readonly unknown[] = Array.isArray(entry[field]) ? entry[field] : [];
    return names.flatMap((name, index) =>
      typeof name !== 'string' || found(name)
        ? []
        : {
            field,
            path: [field, index],
            describe: () => {
              const meant = meanings(name);
              const why =
                meant.length === 0
                  ? `the vocabulary does not know ${quoted(name)}`
                  : `${quoted(name)} may be ${meant.join(', ')}`;
              return {
                message: `${field}[${index}]: ${why}, and the image cannot be found by it`,
                hint:
                  meant.length === 0
                    ? (didYouMean(name.slice(0, 64), known()) ?? exampleOf(field))
                    : 'Name the one that is meant.',
              };
            },
          },
    );
  };
  const formats = () => vocabulary.formats().flatMap(({ id, label, synonyms }) => [label, id, ...synonyms]);
  const formatsOf = (name: string) => vocabulary.formatsOf(name).map(({ id }) => id);
  const isFormat = (name: string) => vocabulary.format(name) !== null;
  return [
    ...warn(
      'techniques',
      (name) => vocabulary.techniqueAt(record.facility, name) !== null,
      () => vocabulary.techniques().flatMap(({ label, synonyms }) => [label, ...synonyms]),
    ),
    ...warn('reads', isFormat, formats, formatsOf),
    ...warn('writes', isFormat, formats, formatsOf),
  ];
}

function licenseWarnings({ record, entry }: Reviewed, vocabulary: Vocabulary): Warning[] {
  const { state, raw, conditionsKnown, expression } = record.license;
  // The row of the decision table for images that are not shared does not read the license.
  if (record.sharing === 'none') return [];
  const path = [typeof entry.license === 'string' ? 'license' : 'labels'];
  const warn = (message: string, hint: () => string | undefined): Warning[] => [
    { field: 'license', path, describe: () => ({ message: `license: ${message}`, hint: hint() }) },
  ];
  if (state === 'unknown') {
    return warn('is not stated, and the image is for members of the facility', () => exampleOf('license'));
  }
  if (state === 'declared') {
    return warn(`${quoted(raw ?? '')} is not recognized, and the image is for members of the facility`, () =>
      nearestLicenses(raw ?? '', vocabulary),
    );
  }
  if (conditionsKnown) return [];
  return warn(
    `what ${quoted(expression ?? raw ?? '')} asks is not known, and the image is for members of the facility`,
    () => 'State `conditions`; conditions: [] says that it asks nothing.',
  );
}

/** Names several, since only the lab knows which of them is meant. */
function nearestLicenses(raw: string, vocabulary: Vocabulary): string {
  const names = nearest(raw.slice(0, 64), vocabulary.licenses());
  return names.length === 0
    ? 'Write an SPDX expression, as in license: LGPL-3.0-or-later.'
    : `Write an SPDX expression; the nearest ids are ${names.join(', ')}.`;
}

function sharingWarnings({ record }: Reviewed): Warning[] {
  const warn = (message: string, hint: string | undefined): Warning[] => [
    { field: 'sharing', path: ['sharing'], describe: () => ({ message: `sharing: ${message}`, hint }) },
  ];
  if (record.stated.sharing === 'unknown') {
    return warn(
      'is not stated, and the image is for members of the facility unless federation.yaml states it',
      'Write sharing: open, conditional or none.',
    );
  }
  const named =
    record.groups.length > 0 || record.license.conditions.some(({ origin }) => origin === 'facility');
  if (record.sharing !== 'conditional' || named) return [];
  return warn(
    'is conditional without groups or conditions, and the image is for members of the facility',
    exampleOf('groups'),
  );
}

const quoted = (text: string): string => JSON.stringify(inert(text.slice(0, 60)));
