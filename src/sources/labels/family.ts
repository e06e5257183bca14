// What the families of descriptive labels have in common: a label's text is read, or reported and left out.
import type { Described } from './facts.ts';
import { type Stated, Unreadable } from './read.ts';

export type Labels = Readonly<Record<string, string>>;

/** Notes a label that could not be read. */
export type Report = (label: string, problem: string) => void;

/** A family of labels that only describe. */
export type Family = (labels: Labels, report: Report) => Partial<Described>;

/**
 * What the first of the labels that says something says; null where none does. A label for which `read` throws
 * {@link Unreadable} is reported and passed over; other errors are thrown.
 */
export function firstOf<T>(
  labels: Labels,
  names: readonly string[],
  read: (value: Stated) => T | null,
  report: Report,
): T | null {
  for (const name of names) {
    if (!Object.hasOwn(labels, name)) continue;
    try {
      const value = read(labels[name]);
      if (value !== null) return value;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      report(name, error.message);
    }
  }
  return null;
}
