// Records that broke the contract, for the admin: every one is counted, the first of them are listed.
import { inert } from '../model/inert.ts';
import type { Quarantined } from './snapshot.ts';

/** Entries that are listed; all are counted. */
export const MOST_LISTED = 1_000;

const SUBJECT = 256;
const REASON = 512;

export interface Quarantine {
  readonly listed: readonly Quarantined[];
  readonly count: number;
}

/** Both texts made inert and cut to a line: they are what somebody else wrote. */
export function quarantined(subject: string, reason: string): Quarantined {
  return { subject: bounded(subject, SUBJECT), reason: bounded(reason, REASON) };
}

/** What an entry calls itself, as far as it can be read. */
export function subjectOf(node: unknown): string {
  if (typeof node !== 'object' || node === null) return 'an entry that is no object';
  const { repository, digest, tags, id } = node as Record<string, unknown>;
  const tag = Array.isArray(tags) ? tags[0] : undefined;
  if (typeof repository === 'string') {
    if (typeof digest === 'string') return `${repository}@${digest}`;
    return typeof tag === 'string' ? `${repository}:${tag}` : repository;
  }
  return typeof id === 'string' ? id : 'an entry without a repository';
}

function bounded(text: string, most: number): string {
  // Cut before it is cleaned, so that a megabyte costs no more than a line.
  const clean = inert(text.slice(0, 2 * most).toWellFormed());
  return clean.length > most || text.length > 2 * most ? `${clean.slice(0, most - 1)}…` : clean;
}
