// CycloneDX 1.5 to 1.7 as JSON: its components, those within others too, and the one that it describes.
import { isObject } from '../model/json-object.ts';
import type { ComponentStatement } from './component.ts';
import { COMPONENT_BOUNDS } from './component-bounds.ts';
import { isComponentKind } from './component-kinds.ts';
import { firstStated, joined } from './license-text.ts';

/**
 * The components that a CycloneDX document states, each before those within it. `metadata.component` is first: in the
 * SBOM of an application it is that application, and an image, which it is else, is no component. What is not as the
 * format says is left out; an object that holds itself is read once.
 */
export function* cyclonedxComponents(
  document: Readonly<Record<string, unknown>>,
): Generator<ComponentStatement> {
  const seen = new Set<object>();
  // Not recursive: a value that somebody else has parsed may be nested as deep as it likes.
  const waiting: Iterator<unknown>[] = [];
  const enter = (list: unknown): void => {
    if (Array.isArray(list)) waiting.push((list as readonly unknown[]).values());
  };
  enter(document.components);
  if (isObject(document.metadata)) enter([document.metadata.component]);
  for (let list = waiting.at(-1); list !== undefined; list = waiting.at(-1)) {
    const { value, done } = list.next();
    if (done === true) waiting.pop();
    else if (isObject(value) && !seen.has(value)) {
      seen.add(value);
      if (isComponentKind(value.type)) yield statementOf(value);
      enter(value.components);
    }
  }
}

function statementOf(entry: Readonly<Record<string, unknown>>): ComponentStatement {
  const { name, group } = entry;
  // The scope of npm is part of the name; other groups are in the purl alone, as SPDX has them.
  const isScoped = typeof group === 'string' && group.startsWith('@') && typeof name === 'string';
  return {
    name: isScoped ? `${group}/${name}` : name,
    version: entry.version,
    purls: [entry.purl],
    license: licenseOf(entry.licenses),
  };
}

/**
 * Those that the author of the SBOM concluded, else all: several of one component apply together, since CycloneDX writes a
 * choice as an expression.
 */
function licenseOf(list: unknown): string | null {
  if (!Array.isArray(list)) return null;
  const stated = (list as readonly unknown[]).flatMap((choice) => {
    if (!isObject(choice)) return [];
    const license = isObject(choice.license) ? choice.license : {};
    const text = firstStated(choice.expression, license.id, license.name);
    return text === null
      ? []
      : [{ text, concluded: (license.acknowledgement ?? choice.acknowledgement) === 'concluded' }];
  });
  const concluded = stated.filter((one) => one.concluded);
  const counted = concluded.length > 0 ? concluded : stated;
  return joined(
    counted.map(({ text }) => text),
    'AND',
    COMPONENT_BOUNDS.license,
  );
}
