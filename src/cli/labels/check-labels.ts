// Checks what labels say of an image as the gateway will read it: what it cannot read, and what it reads as less than was
// meant. A label can only restrict who may have an image, so that one that cannot be read may restrict all.
import { BOUNDS } from '../../model/bounds.ts';
import { didYouMean } from '../../model/nearest.ts';
import type { Findings } from '../../registry-server/finding.ts';
import type { Labels } from '../../sources/labels/family.ts';
import { IMAGE_LABEL, mapLabels, PANFED, PANFED_FIELDS, restrictionsOf } from '../../sources/labels.ts';
import type { Vocabulary } from '../../vocabulary/vocabulary.ts';
import { exampleOf } from './example.ts';
import type { LabelSource } from './label-source.ts';
import { descriptionIn, locatedProblems, unknownImage, unreadKeys } from './located.ts';
import { meaningFindings } from './meaning.ts';
import { type Say, sayOf } from './say.ts';

/** Adds all that is found about the labels of one image to `findings`, errors and warnings. Never throws. */
export function checkLabels(source: LabelSource, vocabulary: Vocabulary, findings: Findings): void {
  const say = sayOf(source, findings);
  let isWhole = true;
  for (const labels of source.levels) {
    const tooLong = Object.entries(labels).filter(([, value]) => value.length > BOUNDS.labelValue);
    for (const [label, { length }] of tooLong) sayTooLong(label, length, say);
    if (tooLong.length === 0) sayProblems(labels, vocabulary, say);
    else isWhole = false;
  }
  for (const { label, message, hint } of source.notes) say('warning', label, [], message, hint);
  const isRead = findings.count('error') === 0;
  if (isWhole) meaningFindings(source, { vocabulary, isRead }, say);
}

const sayTooLong = (label: string, length: number, say: Say): void =>
  say(
    'error',
    label,
    [],
    `has ${length} characters as a label, of at most ${BOUNDS.labelValue}: the image would be quarantined`,
    'Shorten its longest text, such as the description.',
  );

/** What the reader of labels cannot read, and what it passes over. */
function sayProblems(labels: Labels, { framework }: Vocabulary, say: Say): void {
  const description = descriptionIn(labels);
  for (const { label, problem } of mapLabels(labels, unknownImage(framework)).problems) {
    if (label === IMAGE_LABEL && description !== null) continue;
    const effect = effectOf({ [label]: labels[label] ?? '' });
    const isOwn = effect !== '' || label.toLowerCase().startsWith(PANFED);
    // Those of other families may be a base image's, and only describe.
    say(isOwn ? 'error' : 'warning', label, [], `${problem}${effect}`, hintOf(label));
  }
  if (description === null) return;
  for (const { path, problem } of locatedProblems(description)) {
    const [field = ''] = path.map(String);
    const isField = PANFED_FIELDS.includes(field);
    const effect = effectOf({ [IMAGE_LABEL]: JSON.stringify({ [field]: description[field] }) });
    const hint = isField ? exampleOf(field) : nearestField(field);
    say(
      'error',
      IMAGE_LABEL,
      path,
      `${isField ? problem : 'is no field of a description'}${effect}`,
      hint,
      isField ? 'value' : 'key',
    );
  }
  for (const { path, known } of unreadKeys(description)) {
    const key = String(path.at(-1));
    const near = didYouMean(key.slice(0, 64), known);
    say(
      'error',
      IMAGE_LABEL,
      path,
      'is read by nobody',
      near ?? `What may stand there: ${known.join(', ')}.`,
      'key',
    );
  }
}

/** What a label that cannot be read does to access, as a part of a sentence. */
function effectOf(labels: Labels): string {
  const { sharing, listed } = restrictionsOf(labels);
  if (sharing !== null) return `, and as it may be meant to restrict, sharing becomes ${sharing}`;
  return listed ? '' : ', and as it may be meant to restrict, the image is not listed';
}

function hintOf(label: string): string | undefined {
  const field = label.slice(PANFED.length);
  if (!label.toLowerCase().startsWith(PANFED)) return undefined;
  if (PANFED_FIELDS.includes(field)) return field === 'image' ? undefined : exampleOf(field);
  return nearestField(field, PANFED);
}

function nearestField(field: string, prefix = ''): string {
  const fields = PANFED_FIELDS.filter((known) => known !== 'image' || prefix !== '');
  const near = didYouMean(
    `${prefix}${field}`.slice(0, 64),
    fields.map((known) => `${prefix}${known}`),
  );
  return near ?? `The fields are ${fields.join(', ')}.`;
}
