// Judges images as the gateway's own ingest reads them: what is quarantined, what is not said, what is not understood.
import { type IngestContext, ingest } from '../../catalog/ingest/ingest.ts';
import type { ImageRecord } from '../../model/image.ts';
import { nameIndex, nearestIn } from '../../model/nearest.ts';
import { type Warning, warningsOf } from '../../registry-server/warnings.ts';
import type { LabelProblem } from '../../sources/labels.ts';
import type { Vocabulary } from '../../vocabulary/vocabulary.ts';
import { type Check, type CheckId, fail, pass, quoted, skip, someOf, warn } from './check.ts';
import { labelLines, missingLabels } from './dockerfile.ts';

/** An image with what it is called in a report. */
export interface Named {
  readonly name: string;
  readonly node: unknown;
}

/** A valid image. */
export interface Reviewed {
  readonly name: string;
  readonly record: ImageRecord;
  readonly problems: readonly LabelProblem[];
}

export interface Refused {
  readonly name: string;
  readonly reason: string;
}

export interface Reading {
  readonly valid: readonly Reviewed[];
  readonly refused: readonly Refused[];
}

/**
 * Each node as ingest reads it alone, in their order: the valid ones with the first of their records, the
 * others with the reason of their quarantine.
 */
export function ingested(images: readonly Named[], context: IngestContext): Reading {
  const valid: Reviewed[] = [];
  const refused: Refused[] = [];
  for (const { name, node } of images) {
    const result = ingest(node, context);
    if ('quarantined' in result) refused.push({ name, reason: result.quarantined.reason });
    else {
      const { problems } = result;
      valid.push(...result.records.slice(0, 1).map((record) => ({ name, record, problems })));
    }
  }
  return { valid, refused };
}

/** What of a sample is no record. */
export interface LeftOut {
  /** How many are no container images. */
  readonly others: number;
  /** Names of those that are listed, and not there. */
  readonly gone: readonly string[];
}

/**
 * The check `records`: it fails for images that are quarantined, warns of tags that are listed and not there,
 * and is skipped where no image is left. By default nothing was left out of the sample.
 */
export function judgeRecords(
  { valid, refused }: Reading,
  { others, gone }: LeftOut = { others: 0, gone: [] },
): Check {
  const artifacts = others === 0 ? '' : `, and ${others} of another kind are left out`;
  if (refused.length > 0) {
    const reasons = someOf(refused.map(({ name, reason }) => `${name}: ${reason}`));
    return fail(
      'records',
      `${refused.length} of ${valid.length + refused.length} images are quarantined: ${reasons}`,
      'Correct what the reason names; docs/joining.md has the contract.',
    );
  }
  if (gone.length > 0) {
    return warn(
      'records',
      `listed, and not there: ${someOf(gone)}`,
      'Remove these tags, or push their images anew: nobody can pull them.',
    );
  }
  if (valid.length === 0) return skip('records', `there is no image${artifacts}`);
  return pass(
    'records',
    `${valid.length} ${valid.length === 1 ? 'image is' : 'images are'} taken${artifacts}`,
  );
}

/**
 * The check `labels`: it warns of what images do not say; where they have labels of a Dockerfile
 * (`fromDockerfile`), with the lines to add to the poorest of them. It is skipped where there is no image.
 */
export function judgeLabels(valid: readonly Reviewed[], fromDockerfile: boolean): Check {
  if (valid.length === 0) return skip('labels', 'there is no image');
  const missing = valid.map((each) => ({ ...each, labels: missingLabels(each.record) }));
  const counts = new Map<string, number>();
  for (const label of missing.flatMap(({ labels }) => labels))
    counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size === 0) return pass('labels', 'each image says what it is, reads and writes');
  const seen = [...counts]
    .map(([label, count]) => `${fromDockerfile ? label : fieldOf(label)} (${count} of ${valid.length})`)
    .join(', ');
  const [poorest] = [...missing].sort((one, other) => other.labels.length - one.labels.length);
  if (poorest === undefined || !fromDockerfile) {
    return warn('labels', `not said: ${seen}`, 'Let the registry state what applies.');
  }
  return warn(
    'labels',
    `missing: ${seen}`,
    `Add what applies to the Dockerfile, for ${poorest.name}:`,
    labelLines(poorest.record),
  );
}

const fieldOf = (label: string): string =>
  label.slice(label.lastIndexOf('.') + 1).replace(/^licenses$/, 'license');

/**
 * The checks `label-values`, `names` and `licenses`, and with `knowsSharing` also `sharing`, by what ingest
 * and the vocabulary make of the images; all are skipped where there is none.
 */
export function judgeUnderstood(
  valid: readonly Reviewed[],
  vocabulary: Vocabulary,
  { knowsSharing }: { readonly knowsSharing: boolean },
): readonly Check[] {
  if (valid.length === 0) {
    const ids = [
      'label-values',
      'names',
      'licenses',
      ...(knowsSharing ? (['sharing'] as const) : []),
    ] as const;
    return ids.map((id) => skip(id, 'there is no image'));
  }
  const warnings = valid.flatMap(({ record, problems }) =>
    warningsOf({ entry: {}, record, problems }, vocabulary),
  );
  const recognized = valid.filter(({ record }) => record.license.state === 'normalized').length;
  return [
    judgeWarnings('label-values', ofField(warnings, 'labels'), 'every label that is read can be read'),
    judgeNames(valid, vocabulary),
    judgeWarnings(
      'licenses',
      ofField(warnings, 'license'),
      `recognized in ${recognized} of ${valid.length} images`,
    ),
    ...(knowsSharing ? [judgeSharing(valid)] : []),
  ];
}

const ofField = (warnings: readonly Warning[], field: string): readonly Warning[] =>
  warnings.filter((warning) => warning.field === field);

function judgeWarnings(id: CheckId, warnings: readonly Warning[], otherwise: string): Check {
  if (warnings.length === 0) return pass(id, otherwise);
  const described = warnings.map(({ describe }) => describe());
  const messages = described.map(({ message }) => message.replace(/^\w+: /, ''));
  const hints = described.map(({ hint }) => hint).filter((hint) => hint !== undefined);
  return warn(id, someOf(messages), hints[0] ?? 'docs/joining.md lists the labels.');
}

/** Names that are listed with what is nearest. */
const MAX_NAMES = 20;

function judgeNames(valid: readonly Reviewed[], vocabulary: Vocabulary): Check {
  const unknown = [...new Set(valid.flatMap(({ record }) => record.unmapped))];
  if (unknown.length === 0) return pass('names', 'the vocabulary knows every technique and format');
  const known = nameIndex([
    ...[...vocabulary.techniques(), ...vocabulary.formats()].flatMap(({ label, synonyms }) => [
      label,
      ...synonyms,
    ]),
    ...vocabulary.frameworks().flatMap((name) => [name, ...vocabulary.frameworkSynonyms(name)]),
  ]);
  const lines = unknown.slice(0, MAX_NAMES).map((name) => {
    const [near] = nearestIn(name.slice(0, 64), [known]);
    return near === undefined ? quoted(name) : `${quoted(name)}: ${near}?`;
  });
  const rest = unknown.length - lines.length;
  return warn(
    'names',
    `not in the vocabulary: ${someOf(unknown.map(quoted))}`,
    'Write what is meant, or say in federation.yaml what the facility’s word means (`terms`). The nearest names:',
    rest > 0 ? [...lines, `and ${rest} more`] : lines,
  );
}

function judgeSharing(valid: readonly Reviewed[]): Check {
  const unsaid = valid.filter(({ record }) => record.stated.sharing === 'unknown');
  if (unsaid.length === 0) return pass('sharing', 'stated for each image');
  const repositories = [...new Set(unsaid.map(({ record }) => record.repository))];
  return warn(
    'sharing',
    `not stated for ${someOf(repositories)}`,
    'State it, as in federation.yaml below the registry:',
    [
      'repositories:',
      `  - { match: ${JSON.stringify(repositories[0])}, sharing: <open, conditional or none> }`,
    ],
  );
}
