// Families of labels that describe whatever image they stand on: OCI's pre-defined annotation keys, and their older form.
import { BOUNDS } from '../../model/bounds.ts';
import type { Described } from './facts.ts';
import { firstOf, type Labels, licensesOf, type Report } from './family.ts';
import { inherited, type Software } from './inherited.ts';
import { readText, readTime, readUrl } from './read.ts';

/** The labels of a family, by what they say; where there are several, the first that says something counts. */
export interface AnnotationKeys {
  readonly title: readonly string[];
  readonly description: readonly string[];
  readonly documentation: readonly string[];
  readonly source: readonly string[];
  readonly created: readonly string[];
  /** All of them hold. */
  readonly licenses: readonly string[];
  readonly version: readonly string[];
  /** The name that a registry has for the image. */
  readonly refName: readonly string[];
  /** The image that this one is built on. */
  readonly baseName: readonly string[];
}

export interface AnnotationFacts {
  readonly described: Partial<Described>;
  /** The version of the packaged software, which these families do not name. */
  readonly version: string | null;
}

/**
 * What they say of this image: what is a base image's is left out, save the licenses, which can only make the
 * terms stricter beside others. What they do not say is null or left out, and what cannot be read is reported.
 * Never throws.
 */
export function annotationFacts(
  keys: AnnotationKeys,
  labels: Labels,
  software: Software,
  report: Report,
): AnnotationFacts {
  const text = (names: readonly string[], max: number) =>
    firstOf(labels, names, (value) => readText(value, max), report);
  const url = (names: readonly string[]) => firstOf(labels, names, readUrl, report);
  const title = text(keys.title, BOUNDS.title);
  const licenses = licensesOf(labels, keys.licenses, report);
  const naming = {
    title,
    refName: text(keys.refName, BOUNDS.url),
    baseName: text(keys.baseName, BOUNDS.url),
  };
  const theirs = inherited(naming, software);
  if (theirs === 'all') return { described: { licenses }, version: null };

  const version = text(keys.version, BOUNDS.version);
  return {
    described: {
      title,
      description: text(keys.description, BOUNDS.description),
      documentation: url(keys.documentation),
      source: url(keys.source),
      created: firstOf(labels, keys.created, readTime, report),
      licenses,
    },
    version: theirs === 'version' ? null : version,
  };
}

/** All labels of the families. */
export const namesIn = (...families: readonly AnnotationKeys[]): readonly string[] =>
  families.flatMap((keys) => Object.values(keys).flat());
