// Who asked lately, and from where: for them a new revision is prepared before it takes effect. What is known of them is
// what policies see of a person, and nothing by which they could be told.
import { LRUCache } from 'lru-cache';
import type { Place, Subject } from '../../model/subject.ts';
import { requestInput, subjectInput } from '../decisions/input.ts';
import { wellFormedJson } from '../decisions/projection.ts';

export interface FrequentSubject {
  readonly subject: Subject;
  readonly at: Place | null;
}

interface CountedAsker extends FrequentSubject {
  asked: number;
}

/** Askers that are known at once, and bytes of what is known of them. */
const ASKERS = 1_024;
const BYTES = 4_194_304;
/** Milliseconds after which one who asked no more is forgotten. */
const FORGOTTEN = 600_000;
/** What an asker takes beside their text and the objects that it is made of. */
const OVERHEAD = 512;

export class RecentSubjects {
  readonly #known = new LRUCache<string, CountedAsker>({
    max: ASKERS,
    maxSize: BYTES,
    // The text, and about as much again for the subject.
    sizeCalculation: (_, key) => OVERHEAD + 4 * key.length,
    ttl: FORGOTTEN,
    updateAgeOnGet: true,
  });
  readonly #subjects = new WeakMap<Subject, string>();

  note(subject: Subject, at: Place | null): void {
    const key = `${this.#textOf(subject)}\n${at === null ? '' : wellFormedJson(requestInput(at))}`;
    const known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, { subject, at, asked: 1 });
    else known.asked++;
  }

  /** Those who asked most come first. */
  frequent(): readonly FrequentSubject[] {
    this.#known.purgeStale();
    return [...this.#known.values()].sort((a, b) => b.asked - a.asked);
  }

  #textOf(subject: Subject): string {
    const known = this.#subjects.get(subject);
    if (known !== undefined) return known;
    const text = wellFormedJson(subjectInput(subject));
    this.#subjects.set(subject, text);
    return text;
  }
}
