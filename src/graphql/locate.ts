// Where in a document a failed field stands. Compiled documents tell a failure by its path alone; clients are promised
// locations too.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** The first field node on the path of an answer; null where there is none. */
export function locate(
  document: DocumentNode,
  operationName: string | null,
  path: readonly (string | number)[],
): FieldNode | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const operation = getOperationAST(document, operationName);
  let sets: SelectionSetNode[] = operation ? [operation.selectionSet] : [];
  let found: FieldNode | null = null;
  for (const key of path) {
    if (typeof key === 'number') continue;
    const spread = new Set<string>();
    const fields = sets.flatMap((set) => fieldsOf(set, fragments, spread, key));
    found = fields[0] ?? null;
    sets = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
  }
  return found;
}

/**
 * The fields of a selection with this response key, also within fragments, each of which is looked at once however
 * often it is spread (CollectFields of GraphQL's specification): spreads of spreads double at each level.
 */
function fieldsOf(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  spread: Set<string>,
  key: string,
): FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) {
      return (selection.alias ?? selection.name).value === key ? [selection] : [];
    }
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return fieldsOf(selection.selectionSet, fragments, spread, key);
    const fragment = fragments.get(selection.name.value);
    if (fragment === undefined || spread.has(fragment.name.value)) return [];
    spread.add(fragment.name.value);
    return fieldsOf(fragment.selectionSet, fragments, spread, key);
  });
}
