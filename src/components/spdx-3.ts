// SPDX 3.0.1 as JSON-LD with `@graph`: its packages are the components; their licenses are elements that relationships
// name.
import { isObject } from '../model/json-object.ts';
import type { ComponentStatement } from './component.ts';
import { isComponentKind } from './component-kinds.ts';
import { createSpdx3Licenses } from './spdx-3-licenses.ts';

/** Data sets are packages, too, and no components. */
const PACKAGES: ReadonlySet<unknown> = new Set(['software_Package', 'ai_AIPackage']);

/**
 * The components that the graph of an SPDX 3.0.1 document states, in its order; none where it has no graph. What is not as the
 * format says is left out. Never throws.
 */
export function* spdx3Components(document: Readonly<Record<string, unknown>>): Generator<ComponentStatement> {
  const graph = document['@graph'];
  if (!Array.isArray(graph)) return;
  const elements = (graph as readonly unknown[]).filter(isObject);
  const licenseOf = createSpdx3Licenses(elements);
  for (const element of elements) {
    if (!PACKAGES.has(element.type) || !isComponentKind(element.software_primaryPurpose)) continue;
    yield {
      name: element.name,
      version: element.software_packageVersion,
      purls: [element.software_packageUrl, ...identifiers(element.externalIdentifier)],
      license: licenseOf(element.spdxId),
    };
  }
}

function identifiers(list: unknown): readonly unknown[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly unknown[]).flatMap((one) =>
    isObject(one) && one.externalIdentifierType === 'packageUrl' ? [one.identifier] : [],
  );
}
