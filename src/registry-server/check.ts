// Checks a catalog's images as the gateway will read them: each by the contract's schema and by the gateway's own
// ingest, so that the lab sees what would be quarantined there.

import { type IngestContext, type Invalid, ingest, type Valid } from '../catalog/ingest/ingest.ts';
import { createMerge } from '../catalog/ingest/merge.ts';
import { repositoryRules } from '../catalog/ingest/rules.ts';
import type { Position, Problem } from '../config/problem.ts';
import { inert } from '../model/inert.ts';
import { isObject } from '../model/json-object.ts';
import { didYouMean } from '../model/nearest.ts';
import { preparing } from '../model/pace.ts';
import type { CatalogDocument } from '../sources/catalog-document.ts';
import { ENTRY_FIELDS, toNode } from '../sources/catalog-entry.ts';
import { MalformedNode } from '../sources/source.ts';
import { NOBODY_TRUSTED } from '../trust/settings.ts';
import { loadVocabulary } from '../vocabulary/load.ts';
import type { Vocabulary } from '../vocabulary/vocabulary.ts';
import { attachedTo } from './attached.ts';
import { exampleOf, explainIssue } from './explain-issue.ts';
import type { Findings, Severity } from './finding.ts';
import { type ImageEntry, imageSchema, type RegistryImage } from './image.ts';
import { warningsOf } from './warnings.ts';

/** An entry of the file, with a function that adds a finding about it. */
interface Entry {
  readonly index: number;
  readonly say: (
    severity: Severity,
    field: string,
    path: readonly PropertyKey[],
    describe: () => Omit<Problem, 'position'>,
  ) => void;
}

export interface CheckOptions {
  /** null: it is not known. */
  readonly facility: string | null;
  /** Whether entries may say who signs them. */
  readonly isDemo: boolean;
  /** The packaged one by default. */
  readonly vocabulary?: Vocabulary | undefined;
}

/**
 * The images without an error, in the file's order; all that is wrong is added to `findings`, and nothing of
 * it rejects. Rests between images, so that other requests are answered. Rejects only as {@link loadVocabulary} throws.
 */
export async function checkImages(
  document: CatalogDocument,
  { facility, isDemo, vocabulary = loadVocabulary() }: CheckOptions,
  findings: Findings,
): Promise<readonly RegistryImage[]> {
  const rules = repositoryRules([]);
  const merge = createMerge();
  const images = new Map<string, RegistryImage>();
  const entryOf = new Map<string, Entry>();

  function take(given: unknown, entry: Entry): void {
    const read = readEntry(given, entry);
    if (read === null) return;
    if (read.demo && !isDemo) {
      sayDemo(entry);
      return;
    }
    const image = makeImage(read);
    if (images.has(image.id)) {
      sayTwice(entry, image.id);
      return;
    }
    images.set(image.id, image);
    // The registry is named in federation.yaml, which is not known here.
    const place = {
      facility: facility ?? read.facility ?? 'facility',
      registry: read.registry ?? 'registry',
      pull: 'registry',
    };
    const context: IngestContext = { place, rules, vocabulary, trustSettings: NOBODY_TRUSTED };
    const result = ingest(image.node, context);
    if ('quarantined' in result) {
      sayQuarantined(entry, result);
      return;
    }
    for (const record of result.records) {
      merge.add(record);
      if (!entryOf.has(record.id)) entryOf.set(record.id, entry);
    }
    sayWarnings(entry, read, result);
  }

  function sayWarnings(entry: Entry, read: ImageEntry, { records: [record], problems }: Valid): void {
    if (record === undefined) return;
    for (const { field, path, describe } of warningsOf({ entry: read, record, problems }, vocabulary)) {
      entry.say('warning', field, path, describe);
    }
  }

  for (const [index, given] of document.entries.entries()) {
    if (preparing.due()) await preparing.rest();
    take(given, { index, say: sayOf(document, index, findings) });
  }
  const { quarantined } = await merge.finish(preparing);
  for (const [id, reason] of new Map(quarantined.map(({ subject, reason }) => [subject, reason]))) {
    entryOf.get(id)?.say('error', 'image', [], () => ({
      message: `${id}: ${reason}`,
      hint: 'One digest of a repository is one image, with all its tags.',
    }));
  }
  return [...images.values()];
}

function sayOf(document: CatalogDocument, index: number, findings: Findings): Entry['say'] {
  return (severity, field, path, describe) =>
    findings.add(severity, field, () => {
      const position: Position | null = document.locate(index, path);
      const { message, hint } = describe();
      return { position, message: position === null ? `image ${index + 1}: ${message}` : message, hint };
    });
}

/** The entry if it follows the contract; else null, and the findings say why. */
function readEntry(given: unknown, { say }: Entry): ImageEntry | null {
  if (given instanceof MalformedNode) {
    say('error', 'line', [], () => ({ message: given.reason }));
    return null;
  }
  if (!isObject(given)) {
    say('error', 'image', [], () => ({ message: 'an image is a mapping', hint: exampleOf('repository') }));
    return null;
  }
  const fields = Object.entries(given);
  const unknown = fields.map(([key]) => key).filter((key) => !ENTRY_FIELDS.includes(key));
  const misspelt = unknown.filter((key) => sayUnknown(key, say)).length > 0;
  const checked = imageSchema.safeParse(
    Object.fromEntries(fields.filter(([key]) => ENTRY_FIELDS.includes(key))),
  );
  for (const issue of checked.error?.issues ?? []) {
    say('error', String(issue.path[0] ?? 'image'), issue.path, () => explainIssue(issue, given));
  }
  return checked.success && !misspelt ? checked.data : null;
}

/**
 * A field that looks misspelt is an error: its value would be lost. Any other unknown field is left out, as by the
 * gateway.
 */
function sayUnknown(key: string, say: Entry['say']): boolean {
  const nearest = key.length > 64 ? undefined : didYouMean(key, ENTRY_FIELDS);
  say(nearest === undefined ? 'warning' : 'error', 'field', [key], () => ({
    message: `an image has no field ${inert(key.slice(0, 64))}`,
    hint: nearest ?? 'It is left out. Fields that the lab adds to the contract belong under `extension`.',
  }));
  return nearest !== undefined;
}

function sayDemo({ say }: Entry): void {
  say('error', 'demo', ['demo'], () => ({
    message: 'demo: is for the catalogs of a demo, whose keys are made at its start',
    hint: 'Sign the image itself, and give the documents under `signatures`.',
  }));
}

function sayTwice({ say }: Entry, id: string): void {
  say('error', 'image', [], () => ({
    message: `there is another image with the id ${id}`,
    hint: 'One digest of a repository is one image, with all its tags.',
  }));
}

/** The reason of a quarantine begins with the field's name, if it is about a field. */
function sayQuarantined({ say }: Entry, { quarantined: { reason } }: Invalid): void {
  const [begin = ''] = /^\w*/.exec(reason) ?? [];
  const field = ENTRY_FIELDS.includes(begin) ? begin : 'image';
  say('error', field, field === 'image' ? [] : [field], () => ({ message: reason, hint: exampleOf(field) }));
}

function makeImage(entry: ImageEntry): RegistryImage {
  const { repository, digest, tag, tags } = entry;
  const id = entry.id ?? (digest ? `${repository}@${digest}` : `${repository}:${tag ?? tags?.[0]}`);
  const node = toNode(entry, id) as Record<string, unknown>;
  return {
    id,
    node: { ...node, id },
    extension: entry.extension ?? {},
    attached: attachedTo(entry),
    demo: entry.demo ?? null,
  };
}
