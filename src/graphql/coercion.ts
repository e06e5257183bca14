// Checks the types of the arguments of every field before execution. GraphQL allows a nullable variable with a default
// where null is not allowed, and notices null only at the field; compiled documents do not notice it at all.
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLDirective,
  GraphQLError,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getVariableValues,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { badInput } from './arguments.ts';

type Variables = Readonly<Record<string, unknown>>;

/**
 * The variables, coerced to their types with their defaults (GraphQL specification, section 6.1.2); null where they are
 * invalid, which the execution then refuses.
 */
export function coercedVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Variables,
): Variables | null {
  return (
    getVariableValues(schema, operation.variableDefinitions ?? [], given, { maxErrors: 1 }).coerced ?? null
  );
}

/**
 * Throws BAD_INPUT for the first argument of a field or a directive whose value, with the variables inserted, does not
 * have the argument's type. The document has passed validation, so that one without variables needs no check. Skips
 * what `@skip` and `@include` leave out. `variables` are coerced.
 */
export function refuseInvalidArguments(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): void {
  if ((operation.variableDefinitions ?? []).length === 0) return;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const visited = new Set<string>();

  function visit({ selections }: SelectionSetNode, type: GraphQLCompositeType): void {
    for (const selection of selections) if (isIncluded(selection)) visitOne(selection, type);
  }

  function visitOne(selection: SelectionNode, type: GraphQLCompositeType): void {
    if (selection.kind === Kind.FIELD) {
      const field =
        isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined;
      // Fields of every type, such as __typename, take no arguments.
      if (field === undefined) return;
      coercing(() => getArgumentValues(field, selection, variables));
      const inner = getNamedType(field.type);
      if (selection.selectionSet !== undefined && isCompositeType(inner))
        visit(selection.selectionSet, inner);
      return;
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      visitOn(selection.typeCondition?.name.value, selection.selectionSet, type);
      return;
    }
    const fragment = fragments.get(selection.name.value);
    if (fragment === undefined || visited.has(fragment.name.value)) return;
    visited.add(fragment.name.value);
    visitOn(fragment.typeCondition.name.value, fragment.selectionSet, type);
  }

  function visitOn(name: string | undefined, set: SelectionSetNode, otherwise: GraphQLCompositeType): void {
    const type = name === undefined ? otherwise : schema.getType(name);
    if (isCompositeType(type)) visit(set, type);
  }

  function isIncluded(node: SelectionNode): boolean {
    const condition = (directive: GraphQLDirective) =>
      coercing(() => getDirectiveValues(directive, node, variables))?.if;
    return condition(GraphQLSkipDirective) !== true && condition(GraphQLIncludeDirective) !== false;
  }

  const query = schema.getQueryType();
  if (query != null) visit(operation.selectionSet, query);
}

function coercing<T>(coerce: () => T): T {
  try {
    return coerce();
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw badInput('variables', error.message, 'Give the variable a value of the type, or leave it out.');
  }
}
