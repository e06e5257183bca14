// One license name → the SPDX expression that it stands for: ids of the list in canonical case, and reviewed names.
import { licenseKey } from './license-key.ts';
import type { LicensesFile } from './license-schema.ts';
import { indexLicenseAddresses } from './license-urls.ts';
import { NameIndex, nameKey } from './names.ts';
import { isSpdxId, SPDX_DEPRECATED_IDS, SPDX_EXCEPTIONS, SPDX_IDS } from './spdx.ts';

export interface LicenseNames {
  /** The expression of one name: an id, a reviewed spelling or an address; null if it is none, or ambiguous. */
  expression(name: string): string | null;
  /** The id of an exception, for the name that follows "with"; null if it is not known. */
  exception(name: string): string | null;
}

/** The ways to write a family's name and version, each with the id that it means. */
function* familyNames(family: LicensesFile['families'][number]): Generator<readonly [string, string]> {
  for (const version of family.versions) {
    const id = `${family.id}-${version}`;
    const only = family.scoped ? `${id}-only` : id;
    const later = family.scoped ? `${id}-or-later` : `${id}+`;
    for (const name of [family.id, ...family.names]) {
      yield [`${name} ${version}`, only];
      yield [`${name} ${version}+`, later];
      yield [`${name} ${version} +`, later];
      if (family.scoped) yield [`${name} ${version} only`, only];
    }
  }
}

/**
 * The lookup of license names, which gives SPDX expressions: those of the vocabulary and all ids of the SPDX License
 * List, deprecated ones included. A name of several expressions gives null.
 */
export function indexLicenseNames(file: LicensesFile): LicenseNames {
  const replaced = new Map(Object.entries(file.replaced));
  const scoped = new Set(
    file.families
      .filter(({ scoped }) => scoped)
      .flatMap(({ id, versions }) => versions.map((v) => `${id}-${v}`)),
  );
  const exact = new NameIndex<string>(nameKey);
  const names = new NameIndex<string>(licenseKey);
  for (const id of [...SPDX_IDS, ...SPDX_DEPRECATED_IDS]) {
    // GPL-3.0 is deprecated in favor of GPL-3.0-only: its family gives that meaning.
    if (scoped.has(id)) continue;
    const expression = replaced.get(id) ?? id;
    exact.add(id, expression);
    names.add(id, expression);
  }
  for (const family of file.families)
    for (const [name, expression] of familyNames(family)) names.add(name, expression);
  for (const reference of file.references) {
    exact.add(reference.id, reference.id);
    for (const name of reference.names) names.add(name, reference.id);
  }
  for (const [expression, spellings] of Object.entries(file.names)) {
    for (const name of spellings) names.add(name, expression);
  }
  for (const name of file.ambiguous) names.refuse(name);
  const exceptions = new NameIndex<string>(licenseKey);
  for (const id of SPDX_EXCEPTIONS) exceptions.add(id, id);
  for (const [id, spellings] of Object.entries(file.exceptions))
    for (const name of spellings) exceptions.add(name, id);
  const expression = (name: string): string | null =>
    exact.get(name) ?? names.get(name) ?? laterVersions(name, names);
  const address = indexLicenseAddresses(file, expression);
  return {
    expression: (name) => expression(name) ?? address(name),
    exception: (name) => exceptions.get(name),
  };
}

/** The expression of an id with a version and SPDX's `+`: this version or a later one. */
function laterVersions(name: string, names: NameIndex<string>): string | null {
  const id = /^(.*\d)\+$/s.exec(name.trim())?.[1];
  const expression = id === undefined ? null : names.get(id);
  return expression !== null && isSpdxId(expression) ? `${expression}+` : null;
}
