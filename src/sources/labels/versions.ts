// Which version of a framework the labels state, where several families of them may: one that none of them disputes.
import type { StatedFramework } from '../../model/field.ts';
import { isSameFramework, type Software } from './inherited.ts';

/**
 * The first list that names anything, with the versions on which all that name one agree, but for a `v`
 * before them: where two differ it is unknown (null). A framework that the list names twice is there in two
 * versions, and they are left as they are. Empty where no list names any.
 *
 * @param lists of the families, the first to be taken
 * @param versions of the one framework, which the labels that state them do not name; null: none
 */
export function agreedVersions(
  lists: readonly (readonly StatedFramework[])[],
  versions: readonly (string | null)[],
  software: Software,
): readonly StatedFramework[] {
  const frameworks = lists.find((list) => list.length > 0) ?? [];
  const unnamed = frameworks.length === 1 ? versions : [];
  return frameworks.map((framework) => {
    const same = ({ name }: StatedFramework) => isSameFramework(name, framework.name, software);
    if (frameworks.filter(same).length > 1) return framework;
    const named = lists.flatMap((list) => list.filter(same).map((one) => one.version));
    return { ...framework, version: agreed([...named, ...unnamed]) };
  });
}

/** The first, if all that are stated are the same but for a `v` before them. */
function agreed(versions: readonly (string | null)[]): string | null {
  const stated = versions.filter((version) => version !== null);
  const bare = new Set(stated.map((version) => version.replace(/^v(?=\d)/i, '')));
  return bare.size === 1 ? (stated[0] ?? null) : null;
}
