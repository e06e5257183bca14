// The subjects of recent requests and their places: a new revision is prepared for them before it takes effect. Only
// what policies see of a person is kept, and nothing that identifies anyone.
import { LRUCache } from 'lru-cache';
import type { Place, Subject } from '../../model/subject.ts';
import { requestInput, subjectInput } from '../decisions/input.ts';
import { wellFormedJson } from '../decisions/projection.ts';

export interface FrequentSubject {
  readonly subject: Subject;
  /** null: its requests named no place. */
  readonly at: Place | null;
}

interface CountedSubject extends FrequentSubject {
  requests: number;
}

/** Subjects that are kept at a time, and their bytes, at most. */
const SUBJECTS = 1_024;
const BYTES = 4_194_304;
/** Milliseconds after its last request at which a subject is forgotten. */
const FORGOTTEN = 600_000;
/** Bytes of a subject beside its text and the objects that it is made of. */
const OVERHEAD = 512;

/**
 * Counts requests by subject and place: of at most 1,024 of them, in 4 MiB, the least recently seen is forgotten first, and
 * each of them 10 minutes after its last request.
 */
export class RecentSubjects {
  readonly #known = new LRUCache<string, CountedSubject>({
    max: SUBJECTS,
    maxSize: BYTES,
    // The text, and about as much for the subject.
    sizeCalculation: (_, key) => OVERHEAD + 4 * key.length,
    ttl: FORGOTTEN,
    updateAgeOnGet: true,
  });
  readonly #subjects = new WeakMap<Subject, string>();

  /** Counts one request of a subject at a place; null: at none. */
  note(subject: Subject, at: Place | null): void {
    const key = `${this.#textOf(subject)}\n${at === null ? '' : wellFormedJson(requestInput(at))}`;
    const known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, { subject, at, requests: 1 });
    else known.requests++;
  }

  /** The subjects that are not forgotten, with their places: those with the most requests come first. */
  frequent(): readonly FrequentSubject[] {
    this.#known.purgeStale();
    return [...this.#known.values()].sort((a, b) => b.requests - a.requests);
  }

  #textOf(subject: Subject): string {
    const known = this.#subjects.get(subject);
    if (known !== undefined) return known;
    const text = wellFormedJson(subjectInput(subject));
    this.#subjects.set(subject, text);
    return text;
  }
}
