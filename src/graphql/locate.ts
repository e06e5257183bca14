// Finds the place of a failed field in a document. Compiled documents report an error with its path only, but the
// answer must have locations too (GraphQL, section 7.1.2).
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/**
 * The first field node at a path of the answer, list indexes left out; null where there is none, or no such operation.
 * `operationName` null: the only operation.
 */
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
  let node: FieldNode | null = null;
  for (const key of path) {
    if (typeof key === 'number') continue;
    const spread = new Set<string>();
    const fields = sets.flatMap((set) => fieldsOf(set, fragments, spread, key));
    node = fields[0] ?? null;
    sets = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
  }
  return node;
}

/**
 * The fields of a selection with this response key, also within fragments. Each fragment is visited once (CollectFields
 * of GraphQL's specification), because nested spreads would double the work at each level.
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
