// SPDX 2.3 as JSON: its packages are the components. Files and snippets are not, nor are relationships read: which package
// contains which says nothing about the image.
import { isObject } from '../model/json-object.ts';
import type { ComponentStatement } from './component.ts';
import { isComponentKind } from './component-kinds.ts';
import { firstStated } from './license-text.ts';

/**
 * The components that an SPDX 2.3 document states, in its order; none where it has no list of packages. What is not as the
 * format says is left out. Never throws.
 */
export function* spdx2Components(document: Readonly<Record<string, unknown>>): Generator<ComponentStatement> {
  if (!Array.isArray(document.packages)) return;
  const names = licenseNames(document.hasExtractedLicensingInfos);
  for (const entry of document.packages as readonly unknown[]) {
    if (!isObject(entry) || !isComponentKind(entry.primaryPackagePurpose)) continue;
    // What the author of the SBOM concluded, else what the package declares.
    const license = firstStated(entry.licenseConcluded, entry.licenseDeclared);
    yield {
      name: entry.name,
      version: entry.versionInfo,
      purls: purlsOf(entry.externalRefs),
      license: license === null ? null : (names.get(license) ?? license),
    };
  }
}

/** By the document's own `LicenseRef-…`, which means nothing elsewhere: the names of those licenses. */
function licenseNames(infos: unknown): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  if (!Array.isArray(infos)) return names;
  for (const info of infos as readonly unknown[]) {
    if (!isObject(info) || typeof info.licenseId !== 'string') continue;
    const name = firstStated(info.name);
    if (name !== null && !names.has(info.licenseId)) names.set(info.licenseId, name);
  }
  return names;
}

function purlsOf(references: unknown): readonly unknown[] {
  if (!Array.isArray(references)) return [];
  return (references as readonly unknown[]).flatMap((reference) =>
    isObject(reference) && reference.referenceType === 'purl' ? [reference.referenceLocator] : [],
  );
}
