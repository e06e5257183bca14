// What the families of descriptive labels have in common: a label's text is read, or reported and left out.
import type { Described, LabelLicense } from './facts.ts';
import { readLicense, type Stated, Unreadable } from './read.ts';

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

/**
 * What each of the labels states of the license terms, in their order, whatever the case of its name: one that is overlooked would
 * let another's terms stand alone. Those that are empty or missing state nothing.
 */
export function licensesOf(
  labels: Labels,
  names: readonly string[],
  report: Report,
): readonly LabelLicense[] {
  return names
    .flatMap((name) => spelled(labels, name))
    .flatMap((label) => {
      const text = firstOf(labels, [label], readLicense, report);
      return text === null ? [] : [{ label, text }];
    });
}

const spelled = (labels: Labels, name: string): readonly string[] => [
  name,
  ...Object.keys(labels).filter((label) => label !== name && label.toLowerCase() === name),
];
