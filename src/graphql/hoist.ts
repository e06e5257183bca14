// A document without a client's texts, which become variables: what compiles it writes code, and nothing that a client
// wrote may be in that code. (graphql-jit 0.8.9 writes a text that begins with a certain mark as code of its own.)
import {
  type ArgumentNode,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  parseType,
  TypeInfo,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';

export interface Hoisted {
  /** The operation alone, with the document's fragments. */
  readonly document: DocumentNode;
  /** The document's defaults of the client's own variables. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** The values of the variables that were added. */
  readonly texts: Readonly<Record<string, unknown>>;
}

/** null: a text stands beside a variable in one argument, or a name would be read as a prototype. */
export function hoistTexts(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Hoisted | null {
  const defaults: Record<string, unknown> = {};
  const texts: Record<string, unknown> = {};
  const added: VariableDefinitionNode[] = [];
  const taken = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value));
  const types = new TypeInfo(schema);

  function variableFor(value: ValueNode, type: GraphQLInputType): ValueNode {
    let number = added.length;
    while (taken.has(`text${number}`)) number += 1;
    const name = `text${number}`;
    taken.add(name);
    texts[name] = plainValue(value, type);
    const variable = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } as const;
    added.push({ kind: Kind.VARIABLE_DEFINITION, variable, type: parseType(String(type)) });
    return variable;
  }

  const moved = visit(
    { ...document, definitions: [operation, ...fragmentsOf(document)] },
    visitWithTypeInfo(types, {
      VariableDefinition: (node) => {
        if (!holds(node, Kind.STRING)) return false;
        const { defaultValue, ...rest } = node;
        const type = types.getInputType();
        if (defaultValue === undefined || type == null) return false;
        defaults[node.variable.name.value] = plainValue(defaultValue, type);
        return rest;
      },
      Argument: (node): ArgumentNode | undefined => {
        const type = types.getInputType();
        if (type == null || !holds(node.value, Kind.STRING) || holds(node.value, Kind.VARIABLE))
          return undefined;
        return { ...node, value: variableFor(node.value, type) };
      },
    }),
  );
  if (holds(moved, Kind.STRING) || holdsPrototype(moved)) return null;
  const [first, ...fragments] = moved.definitions as [OperationDefinitionNode];
  const variableDefinitions = [...(first.variableDefinitions ?? []), ...added];
  return {
    document: { ...moved, definitions: [{ ...first, variableDefinitions }, ...fragments] },
    defaults,
    texts,
  };
}

function fragmentsOf({ definitions }: DocumentNode) {
  return definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
}

function holds(node: DocumentNode | ValueNode | VariableDefinitionNode, kind: Kind): boolean {
  let found = false;
  visit(node, {
    enter: (inner) => {
      if (inner.kind === kind) found = true;
    },
  });
  return found;
}

function holdsPrototype(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Name: ({ value }) => {
      if (value === '__proto__') found = true;
    },
  });
  return found;
}

/** A literal without variables as a client would send it in a variable; it has passed validation. */
function plainValue(node: ValueNode, type: GraphQLInputType): unknown {
  const nullable = getNullableType(type);
  switch (node.kind) {
    case Kind.NULL:
    case Kind.VARIABLE:
      return null;
    case Kind.INT:
      // An id that is written as a number may be longer than a number can be.
      return getNamedType(type).name === 'ID' ? node.value : Number(node.value);
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.LIST: {
      const item = isListType(nullable) ? nullable.ofType : type;
      return node.values.map((value) => plainValue(value, item));
    }
    case Kind.OBJECT: {
      const named = getNamedType(type);
      const fields = isInputObjectType(named) ? named.getFields() : {};
      return Object.fromEntries(
        node.fields.map(({ name, value }) => [
          name.value,
          plainValue(value, fields[name.value]?.type ?? type),
        ]),
      );
    }
    default:
      return node.value;
  }
}
