// The labels and annotations of one document, within bounds: what nothing reads is dropped beyond them, and counted by
// name; what somebody reads is never dropped.
import { BOUNDS } from '../../model/bounds.ts';
import { cleanLine } from '../../model/clean-text.ts';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import { isObject } from '../../model/json-object.ts';
import { readsLabel } from '../labels.ts';

/** A label by name and value. */
export type LabelEntry = readonly [name: string, value: string];

export interface BoundedLabels {
  /** Sorted by name. */
  readonly labels: readonly LabelEntry[];
  /** Names of those that were dropped, sorted, each at most as long as the name of a label may be. */
  readonly dropped: readonly string[];
}

/** Whether somebody reads a label of this name: panfed's families of labels, or a policy. */
export type IsRead = (name: string) => boolean;

/** Names of labels that were dropped, at most: they are kept, since a policy may come that reads one. */
export const MAX_DROPPED = 1_024;

/** Bytes of labels that nobody reads, as JSON: with them a record stays well within its own bound. */
const UNREAD_BYTES = BOUNDS.recordBytes / 2;

/**
 * Labels that panfed's families read ({@link readsLabel}), or that one of the policies names; by the names
 * that ingest makes of them.
 */
export const readBy =
  (policyLabels: ReadonlySet<string>): IsRead =>
  (name) =>
    policyLabels.has(cleanLine(name) ?? '') || readsLabel(name);

/**
 * The entries of a mapping of names to texts, within bounds; `what` names it in messages. null and undefined
 * have none.
 * @throws FederationError SOURCE_MALFORMED for what is no mapping, for more than 1,152 entries, and as
 * {@link bounded} does
 */
export function readLabels(value: unknown, what: string, isRead: IsRead): BoundedLabels {
  if (value === undefined || value === null) return { labels: [], dropped: [] };
  if (!isObject(value)) throw malformed(`its ${what} are no mapping`);
  // Counted before any of them is looked at: that takes long for some ten thousand.
  if (Object.keys(value).length > BOUNDS.labels + MAX_DROPPED) throw tooManyDropped();
  return bounded(Object.entries(value), isRead);
}

/**
 * Those of the entries that can be kept. An entry that is no text, or too long (256 characters of a name,
 * 8,192 of a value), is dropped; so are those that nobody reads, the last by name first, beyond 128 labels or
 * 128 KiB of them as JSON. Names of dropped ones are cut to 256 characters, and an empty one is not given.
 * @throws FederationError SOURCE_MALFORMED for an entry that is read and beyond a bound, for more than 128
 * that are read, and for more than 1,024 dropped
 */
export function bounded(entries: readonly (readonly [string, unknown])[], isRead: IsRead): BoundedLabels {
  const read: LabelEntry[] = [];
  const unread: LabelEntry[] = [];
  const dropped = new Set<string>();
  for (const [name, value] of entries) {
    const fault = faultOf(name, value);
    if (isRead(name)) {
      if (fault !== null) throw malformed(`its label ${shown(name)} ${fault}, and is read`);
      read.push([name, value as string]);
    } else if (fault === null) unread.push([name, value as string]);
    else if (name !== '') dropped.add(name.slice(0, BOUNDS.labelName));
  }
  if (read.length > BOUNDS.labels) throw malformed(`it has more than ${BOUNDS.labels} labels that are read`);
  let bytes = 0;
  let count = read.length;
  const kept: LabelEntry[] = [];
  for (const entry of unread.sort(byName)) {
    bytes += Buffer.byteLength(JSON.stringify(entry));
    count += 1;
    if (count <= BOUNDS.labels && bytes <= UNREAD_BYTES) kept.push(entry);
    else dropped.add(entry[0]);
  }
  if (dropped.size > MAX_DROPPED) throw tooManyDropped();
  return { labels: [...read, ...kept].sort(byName), dropped: [...dropped].sort() };
}

function faultOf(name: string, value: unknown): string | null {
  if (name.trim() === '') return 'has no name';
  if (name.length > BOUNDS.labelName) return `has a name of more than ${BOUNDS.labelName} characters`;
  if (typeof value !== 'string') return 'is not text';
  return value.length > BOUNDS.labelValue ? `has more than ${BOUNDS.labelValue} characters` : null;
}

const byName = ([one]: LabelEntry, [other]: LabelEntry): number => (one < other ? -1 : 1);
const shown = (name: string): string => JSON.stringify(inert(name.slice(0, 64)));
const tooManyDropped = (): FederationError =>
  malformed(`it has more than ${MAX_DROPPED} labels beyond the bounds`);
const malformed = (message: string): FederationError => new FederationError('SOURCE_MALFORMED', message);
