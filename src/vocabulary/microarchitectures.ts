// Microarchitectures of processors, as archspec describes them: what each is made from, and its features.
import { z } from 'zod';
import { fold } from '../model/fold.ts';
import { readVocabularyFile } from './document.ts';

/** A microarchitecture of archspec. */
export interface Microarchitecture {
  /** As archspec writes it: `zen3`, `x86_64_v3`. */
  readonly name: string;
  /** The root that it is made from, or itself: `x86_64`, `aarch64`. */
  readonly family: string;
  /** Names of all that it is made from, the family among them; it runs what was compiled for them. */
  readonly ancestors: ReadonlySet<string>;
  /** Its features and those of its ancestors. Of Arm only those beyond the base are listed, of Power none. */
  readonly features: ReadonlySet<string>;
}

/** Another name of a feature: there where one of the features is, or in all of the families. */
interface Alias {
  readonly features: readonly string[];
  readonly families: readonly string[];
}

export interface Microarchitectures {
  /**
   * The microarchitecture of a name, in any case and with hyphens or underscores (`x86-64-v3`), or of an architecture as OCI writes
   * it (`amd64` is `x86_64`, `arm64` `aarch64`, `386` `x86`); null: archspec has none of that name.
   */
  microarchitecture(name: string): Microarchitecture | null;
  /** Whether a processor of the family that has these features has this one, too, by its name or by an alias. */
  hasFeature(feature: string, features: ReadonlySet<string>, family: string): boolean;
}

const FILE = 'microarchitectures.json';
const PACKAGED = new URL('../../vocabularies/archspec/microarchitectures.json', import.meta.url);

const names = z.array(z.string().min(1));
const schema = z.object({
  microarchitectures: z.record(z.string(), z.object({ from: names, features: names })),
  feature_aliases: z.record(z.string(), z.object({ any_of: names.default([]), families: names.default([]) })),
});
type File = z.infer<typeof schema>;

/** Go's names, which OCI's image index takes over, where archspec's differ. */
const OCI_NAMES: ReadonlyMap<string, string> = new Map([
  ['amd64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['386', 'x86'],
]);

let packaged: Microarchitectures | undefined;

/**
 * Those of the package, read once in a process, synchronously.
 * @throws FederationError CONFIG_INVALID with file, line and column of what is invalid
 */
export function loadMicroarchitectures(): Microarchitectures {
  packaged ??= indexMicroarchitectures(
    readVocabularyFile(PACKAGED, schema, {
      file: `vocabularies/archspec/${FILE}`,
      hint: 'The file is part of the package: restore it.',
    }),
  );
  return packaged;
}

/**
 * The lookups of a file of archspec.
 * @throws Error where one is made from another that the file does not have, from itself, or from several families
 */
export function indexMicroarchitectures(file: File): Microarchitectures {
  const known = new Map<string, Microarchitecture>();
  const build = (name: string, below: readonly string[]): Microarchitecture => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const entry = file.microarchitectures[name];
    if (entry === undefined || below.includes(name))
      throw new Error(
        `${below.at(-1)} is made from ${name}, which ${entry ? 'is made from it' : 'is missing'}`,
      );
    const parents = entry.from.map((parent) => build(parent, [...below, name]));
    const families = new Set(parents.map(({ family }) => family));
    if (families.size > 1) throw new Error(`${name} is of several families: ${[...families].join(', ')}`);
    const made: Microarchitecture = Object.freeze({
      name,
      family: parents[0]?.family ?? name,
      ancestors: new Set(parents.flatMap((parent) => [parent.name, ...parent.ancestors])),
      features: new Set([...entry.features, ...parents.flatMap(({ features }) => [...features])]),
    });
    known.set(name, made);
    return made;
  };
  for (const name of Object.keys(file.microarchitectures)) build(name, []);
  const byKey = new Map([...known].map(([name, one]) => [keyOf(name), one]));
  const aliases = new Map<string, Alias>(
    Object.entries(file.feature_aliases).map(([name, { any_of: features, families }]) => [
      name,
      { features, families },
    ]),
  );
  return Object.freeze({
    microarchitecture: (name: string) => byKey.get(keyOf(OCI_NAMES.get(fold(name)) ?? name)) ?? null,
    hasFeature: (feature: string, features: ReadonlySet<string>, family: string) => {
      if (features.has(feature)) return true;
      const alias = aliases.get(feature);
      return (
        alias !== undefined &&
        (alias.families.includes(family) || alias.features.some((other) => features.has(other)))
      );
    },
  });
}

const keyOf = (name: string): string => fold(name).replaceAll('-', '_');
