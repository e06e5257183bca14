// One license name → the SPDX expression that it stands for: ids of the list in canonical case, and reviewed names.
import { licenseKey } from './license-key.ts';
import type { LicensesFile } from './license-schema.ts';
import { NameIndex, nameKey } from './names.ts';
import { isSpdxId, SPDX_DEPRECATED_IDS, SPDX_EXCEPTIONS, SPDX_IDS } from './spdx.ts';

export interface LicenseNames {
  /** The expression of one name, an id or a reviewed spelling; null where it is neither, or ambiguous. */
  expression(name: string): string | null;
  /** An exception's id, for what follows "with". */
  exception(name: string): string | null;
}

/** Both ways to write a family's name and version, and what they mean. */
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
    // GPL-3.0 is deprecated for GPL-3.0-only: its family says so.
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
  const exceptions = new NameIndex<string>(licenseKey);
  for (const id of SPDX_EXCEPTIONS) exceptions.add(id, id);
  for (const [id, spellings] of Object.entries(file.exceptions))
    for (const name of spellings) exceptions.add(name, id);
  return {
    expression: (name) => exact.get(name) ?? names.get(name) ?? laterVersions(name, names),
    exception: (name) => exceptions.get(name),
  };
}

/** SPDX's `+` after an id with a version: this version or a later one. */
function laterVersions(name: string, names: NameIndex<string>): string | null {
  const id = /^(.*\d)\+$/s.exec(name.trim())?.[1];
  const expression = id === undefined ? null : names.get(id);
  return expression !== null && isSpdxId(expression) ? `${expression}+` : null;
}
