// Records that broke the contract, for the admin: all are counted, and the first of them are listed.
import { inert } from '../../model/inert.ts';
import { isRepository } from '../../model/oci-names.ts';
import type { Quarantined } from '../snapshot.ts';

/** Maximum number of entries that are listed. */
export const MAX_LISTED = 1_000;

const SUBJECT = 256;
const REASON = 512;

export interface Quarantine {
  readonly listed: readonly Quarantined[];
  readonly count: number;
}

/**
 * An entry of the quarantine. Its texts come from outside: they are made inert, and cut to 256 (`subject`) and 512
 * (`reason`) UTF-16 units.
 */
export function quarantined(subject: string, reason: string, repository: string | null): Quarantined {
  return { subject: bounded(subject, SUBJECT), reason: bounded(reason, REASON), repository };
}

/** The repository that an entry states, if that is the name of one; else null. Never throws. */
export function statedRepository(node: unknown): string | null {
  if (typeof node !== 'object' || node === null) return null;
  const { repository } = node as Record<string, unknown>;
  return typeof repository === 'string' && isRepository(repository) ? repository : null;
}

/**
 * The name of an entry, as far as it can be read: repository with digest or first tag, else its id, else a description;
 * neither cleaned nor cut (see {@link quarantined}). Never throws.
 */
export function subjectOf(node: unknown): string {
  if (typeof node !== 'object' || node === null) return 'an entry that is not an object';
  const { repository, digest, tags, id } = node as Record<string, unknown>;
  const tag = Array.isArray(tags) ? tags[0] : undefined;
  if (typeof repository === 'string') {
    if (typeof digest === 'string') return `${repository}@${digest}`;
    return typeof tag === 'string' ? `${repository}:${tag}` : repository;
  }
  return typeof id === 'string' ? id : 'an entry without a repository';
}

function bounded(text: string, max: number): string {
  // It is cut before it is cleaned, so that a megabyte costs no more than a line.
  const clean = inert(text.slice(0, 2 * max).toWellFormed());
  return clean.length > max || text.length > 2 * max ? `${clean.slice(0, max - 1)}…` : clean;
}
