// Components as people choose them: `mkl`, `mkl@2017.0.3`, `openssl@>=3 <3.1`, `pkg:pypi/numpy`,
// `pkg:deb/debian/openssl@<3.0.7`.
import { fold } from '../model/fold.ts';
import {
  comparableVersion,
  parseVersionRange,
  selectVersions,
  type VersionRange,
} from '../model/version-range.ts';
import type { Component } from './component.ts';
import { canonicalPurl, type PurlParts, purlParts } from './purl.ts';

export interface ComponentChoice {
  /** Folded: a name, or for a purl the name in it. */
  readonly name: string;
  /** What the purl says besides; null: a name was chosen, of any ecosystem. */
  readonly package: PackageChoice | null;
  /** null: any, none included. */
  readonly version: VersionRange | null;
}

interface PackageChoice {
  readonly type: string;
  /** Folded. */
  readonly namespace: string | null;
  /** `key=value` as canonical purls have them: all must be in the component's. */
  readonly qualifiers: readonly string[];
  /** null: any. */
  readonly subpath: string | null;
}

/** Why a text is no choice, as sentences for who wrote it. */
export interface MalformedChoice {
  readonly message: string;
  readonly hint: string;
}

/** UTF-16 units of a choice: a purl of some length, and a range of versions. */
const LONGEST = 1_024;
const OPERATORS = /[<>=≥≤]/;
/** The epoch of a Debian or RPM version. */
const EPOCH = /^\d+:(?=.)/;
const EPOCHS = /(?<=^|[<>=≥≤,\s])\d+:(?=.)/g;

const NAME_HINT =
  'Write a name, such as "mkl", a name with a version or a range, such as "mkl@2017.0.3" or "openssl@>=3 <3.1", or a package URL, such as "pkg:pypi/numpy" or "pkg:deb/debian/openssl@<3.0.7".';
const VERSION_HINT =
  'Write a version behind the @, such as "5" or "4.0.1", or comparators, such as ">=4.0" or ">=4.0 <5".';

/**
 * Reads a choice of at most 1,024 UTF-16 units: `<name>`, `<name>@<version or range>`, or a package URL with
 * or without either; a range is what {@link parseVersionRange} reads, and case does not matter. The last `@`
 * separates the version, unless it begins the name or, in a purl, a part of it (npm's scopes). Qualifiers and
 * subpath of a purl must be the component's. Never throws.
 */
export function parseComponentChoice(text: string): ComponentChoice | MalformedChoice {
  if (text.length > LONGEST) {
    return {
      message: `A component of ${text.length} characters was chosen, and ${LONGEST} are the most.`,
      hint: NAME_HINT,
    };
  }
  const trimmed = text.trim();
  const isPurl = /^pkg:/i.test(trimmed);
  const tail = isPurl ? trimmed.search(/[?#]/) : -1;
  const path = tail < 0 ? trimmed : trimmed.slice(0, tail);
  const at = path.lastIndexOf('@');
  const [name, version] = cut(path, at > 0 && path[at - 1] !== '/' ? at : -1);
  const range = version === null ? null : rangeOf(isPurl ? decoded(version) : version);
  if (range === undefined) {
    const quoted = JSON.stringify((version ?? '').slice(0, 64));
    return {
      message: `${quoted} in ${quote(text)} is not a version or a range of versions.`,
      hint: VERSION_HINT,
    };
  }
  const chosen = isPurl ? purlChoice(name.trim(), trimmed.slice(path.length)) : nameChoice(name);
  return chosen === null
    ? { message: `${quote(text)} is not a component.`, hint: NAME_HINT }
    : { ...chosen, version: range };
}

/** undefined: it is no range. */
function rangeOf(text: string): VersionRange | undefined {
  if (text.trim() === '') return undefined;
  return parseVersionRange(text.trim().replace(EPOCHS, '')) ?? undefined;
}

function nameChoice(text: string): Omit<ComponentChoice, 'version'> | null {
  const name = fold(text);
  // npm's scope alone is no name.
  if (name === '' || (name.startsWith('@') && !/^@[^/]+\/./.test(name)) || OPERATORS.test(name)) return null;
  return { name, package: null };
}

/** `rest`: qualifiers and subpath with their `?` or `#`, or ''. */
function purlChoice(path: string, rest: string): Omit<ComponentChoice, 'version'> | null {
  // Some types require a version, which a choice may leave out; and a range is none.
  const canonical = OPERATORS.test(path) ? null : canonicalPurl(`${path}@0${rest}`);
  if (canonical === null) return null;
  const { type, namespace, name, qualifiers, subpath } = purlParts(canonical);
  return {
    name: fold(name),
    package: { type, namespace: namespace === null ? null : fold(namespace), qualifiers, subpath },
  };
}

/** Whether the component is one that was chosen. */
export function matchesComponent(choice: ComponentChoice, component: Component): boolean {
  return matchesPackage(choice, component) && matchesVersion(choice, component.version);
}

/**
 * Whether a component of this name and purl is chosen in some version. A name is the component's own, that in its purl,
 * or `<namespace>/<name>` of its purl.
 */
export function matchesPackage(
  { name: chosen, package: wanted }: ComponentChoice,
  { name, purl }: Pick<Component, 'name' | 'purl'>,
): boolean {
  const parts = purl === null ? null : purlParts(purl);
  if (wanted !== null) return parts !== null && fold(parts.name) === chosen && isPackage(wanted, parts);
  if (fold(name) === chosen) return true;
  if (parts === null) return false;
  return (
    fold(parts.name) === chosen ||
    (parts.namespace !== null && fold(`${parts.namespace}/${parts.name}`) === chosen)
  );
}

function isPackage(wanted: PackageChoice, parts: PurlParts): boolean {
  return (
    wanted.type === parts.type &&
    wanted.namespace === (parts.namespace === null ? null : fold(parts.namespace)) &&
    (wanted.subpath === null || wanted.subpath === parts.subpath) &&
    wanted.qualifiers.every((qualifier) => parts.qualifiers.includes(qualifier))
  );
}

/**
 * Whether the choice has the version; an unknown one (null) is in no range. The epoch of a distribution's package is
 * ignored: who chooses `zlib1g@>=1.2` means zlib's versions.
 */
export function matchesVersion({ version: range }: ComponentChoice, version: string | null): boolean {
  if (range === null) return true;
  if (version === null) return false;
  return selectVersions([comparableVersion(version.replace(EPOCH, ''))], range).length > 0;
}

/**
 * The key of a choice: it matches only components that have it among their {@link lookupKeys}. It is the name behind its
 * last `/`.
 */
export const lookupKey = ({ name }: ComponentChoice): string => lastPart(name);

/** The keys of a component, one or two: its name and the name in its purl, folded, and of each what is behind its last slash. */
export function lookupKeys({ name, purl }: Pick<Component, 'name' | 'purl'>): readonly string[] {
  const own = lastPart(fold(name));
  if (purl === null) return [own];
  const other = lastPart(fold(purlParts(purl).name));
  return other === own ? [own] : [own, other];
}

const lastPart = (folded: string): string => folded.slice(folded.lastIndexOf('/') + 1);

function cut(text: string, index: number): readonly [string, string | null] {
  return index < 0 ? [text, null] : [text.slice(0, index), text.slice(index + 1)];
}

/** A purl's version is percent-encoded; a range of versions need not be. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const quote = (text: string): string => JSON.stringify(text.slice(0, 64));
