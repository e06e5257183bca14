// The cost of a document: the sum of, along each path, the product of the `first`s of its lists; 20 for each facet; 50
// for each explanation; 10 for each history of tags that is read; and for each selection of a facility's own fields 20,
// and 1 for each image. A search costs 10 for each of its words, a choice 1 for each of its
// values, one of a component 10; a match 50, and 20 more for a PID to look up; a comparison 100, and 3 for each of its `first`. A connection's `first` counts on the paths through its
// `nodes` and `edges`: facets and outcomes appear once.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { Limits } from '../config/limits.ts';
import { readSearch } from '../discovery/search-terms.ts';
import { FederationError } from '../model/errors.ts';
import { isExtension } from './extension/mark.ts';

const FACET_COST = 20;
/** A search for the nearest change evaluates policies some hundreds of times. */
const EXPLAIN_COST = 50;
/** The store is read for all tags of an image, or of a reference. */
const HISTORY_COST = 10;
/** A word is looked up in every registry's index, as a prefix and with typing errors. */
const WORD_COST = 10;
/** All components of two images are read and compared. */
const COMPARE_COST = 100;
/** Each class of images is judged at each resource. */
const MATCH_COST = 50;
/** A data catalog is asked, in up to four requests. */
const LOOK_UP_COST = 20;
/** Lists of a comparison that are mostly long. */
const COMPARED_LISTS = 3;
/** All versions of a component are compared with the choice. */
const COMPONENT_COST = 10;
/** The arguments that are choices: each of their values is looked up among all known names. */
const CHOICES = ['only', 'except', 'prefer'] as const;
/** A request to a facility's registry, made once for all images of a page. */
const EXTENSION_COST = 20;
/** One image's own fields in that request. */
const EXTENSION_EACH = 1;

/** The fields of a connection that are repeated for each of its items. */
const ITEMS: ReadonlySet<string> = new Set(['nodes', 'edges']);

type Variables = Readonly<Record<string, unknown>>;

/** What a selection costs for each item of its list, and what it costs regardless of the list's length. */
interface Cost {
  readonly each: number;
  readonly once: number;
}

const NOTHING: Cost = { each: 0, once: 0 };

/**
 * Throws LIMIT_EXCEEDED where the document costs more than `limits.cost`. The document has passed validation;
 * `variables` are coerced.
 */
export function refuseCostly(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
  limits: Limits,
): void {
  const cost = costOf(schema, document, operation, variables, limits.pageSize);
  if (cost <= limits.cost) return;
  throw new FederationError('LIMIT_EXCEEDED', `The document costs ${cost}, more than ${limits.cost}.`, {
    hint: 'Lower `first` in nested lists, or ask in several requests.',
  });
}

/**
 * The cost of an operation, in fields and list items that it may ask for; a facet, an explanation and other
 * slow fields cost more, as the head of this file lists. `variables` are coerced. A `first` that is not a
 * number counts as `maxFirst`. The document has passed validation. Never throws.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
  maxFirst: number,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const defaults = new Map(
    operation.variableDefinitions?.map((d) => [d.variable.name.value, d.defaultValue]),
  );
  const known = new Map<string, Cost>();

  function ofFragment(name: string): Cost {
    const before = known.get(name);
    if (before !== undefined) return before;
    const fragment = fragments.get(name);
    const type = fragment === undefined ? undefined : schema.getType(fragment.typeCondition.name.value);
    const cost =
      fragment !== undefined && isCompositeType(type) ? ofSelections(fragment.selectionSet, type) : NOTHING;
    known.set(name, cost);
    return cost;
  }

  function ofSelections({ selections }: SelectionSetNode, type: GraphQLCompositeType): Cost {
    const costs = selections.map((selection) => ofSelection(selection, type));
    return {
      each: costs.reduce((sum, { each }) => sum + each, 0),
      once: costs.reduce((sum, { once }) => sum + once, 0),
    };
  }

  function ofSelection(selection: SelectionNode, type: GraphQLCompositeType): Cost {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const on = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : type;
      return isCompositeType(on) ? ofSelections(selection.selectionSet, on) : NOTHING;
    }
    const { each, once } = ofField(selection, type);
    return isConnection(type) && !ITEMS.has(selection.name.value)
      ? { each: 0, once: each + once }
      : { each, once };
  }

  function ofField(node: FieldNode, parent: GraphQLCompositeType): Cost {
    const definition =
      isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (definition === undefined) return NOTHING;
    const type = getNamedType(definition.type);
    const { each, once } =
      node.selectionSet !== undefined && isCompositeType(type)
        ? ofSelections(node.selectionSet, type)
        : NOTHING;
    const inner = each + once;
    const every = (cost: number): Cost => ({ each: cost, once: 0 });
    if (isExtension(definition)) return { each: EXTENSION_EACH + inner, once: EXTENSION_COST };
    if (definition.name === 'facets') return every(FACET_COST * listLength(node, 'fields') + inner);
    if (definition.name === 'explain') return every(EXPLAIN_COST + inner);
    const first = definition.args.find(({ name }) => name === 'first');
    if (first !== undefined) {
      const times = numberOf(node, definition, 'first') ?? maxFirst;
      // Its `first` is of lists within lists of its own, and not of the images.
      if (definition.name === 'compare') return every(COMPARE_COST + COMPARED_LISTS * times + inner);
      const match = definition.name === 'match' ? MATCH_COST + lookUpCost(node) : 0;
      return every(
        match + times + times * each + once + historyCost(node, parent) + wordsCost(node) + choicesCost(node),
      );
    }
    const own = historyCost(node, parent) + (isListType(getNullableType(definition.type)) ? 1 : 0);
    return { each: own + each, once };
  }

  /** `notices` of a connection are those of the answer; only an image's are of its tags. */
  function historyCost(node: FieldNode, parent: GraphQLCompositeType): number {
    const isRead =
      node.name.value === 'tagHistory' ||
      (node.name.value === 'notices' && parent.name === 'Image') ||
      node.arguments?.some(({ name }) => name.value === 'asOf') === true;
    return isRead ? HISTORY_COST : 0;
  }

  function given(node: ValueNode | undefined): unknown {
    if (node?.kind !== Kind.VARIABLE) return node;
    // Own properties only, as GraphQL reads them: `constructor` is in every object.
    const name = node.name.value;
    return Object.hasOwn(variables, name) ? variables[name] : defaults.get(name);
  }

  function numberOf(
    node: FieldNode,
    definition: GraphQLField<unknown, unknown>,
    name: string,
  ): number | null {
    const argument = node.arguments?.find(({ name: own }) => own.value === name);
    const value = given(argument?.value);
    const fallback = definition.args.find((known) => known.name === name)?.defaultValue;
    const number = value === undefined ? Number(fallback) : literalNumber(value);
    return Number.isFinite(number) ? Math.max(0, number) : null;
  }

  function argumentOf(node: FieldNode, name: string): unknown {
    return given(node.arguments?.find(({ name: own }) => own.value === name)?.value);
  }

  function wordsCost(node: FieldNode): number {
    const search = argumentOf(node, 'search');
    const text = typeof search === 'string' ? search : (search as ValueNode | undefined);
    const typed = typeof text === 'string' ? text : text?.kind === Kind.STRING ? text.value : null;
    const terms = readSearch(typed);
    return terms === null ? 0 : WORD_COST * (terms.terms.length + (terms.reference === null ? 0 : 1));
  }

  function choicesCost(node: FieldNode): number {
    return CHOICES.reduce((sum, name) => {
      const choices = argumentOf(node, name);
      return sum + valuesIn(choices) + (COMPONENT_COST - 1) * valuesIn(memberOf(choices, 'components'));
    }, 0);
  }

  function lookUpCost(node: FieldNode): number {
    return valuesIn(memberOf(argumentOf(node, 'data'), 'pid')) > 0 ? LOOK_UP_COST : 0;
  }

  /** A field of an input object, in a variable or in the document. */
  function memberOf(input: unknown, name: string): unknown {
    if (typeof input !== 'object' || input === null) return null;
    const literal = input as ValueNode;
    if (literal.kind !== Kind.OBJECT) return (input as Readonly<Record<string, unknown>>)[name];
    return literal.fields.find((field) => field.name.value === name)?.value;
  }

  /** The number of values of a choice, in a variable or in the document, where variables may replace some of them. */
  function valuesIn(value: unknown): number {
    if (Array.isArray(value)) return value.length;
    if (typeof value !== 'object' || value === null) return value == null ? 0 : 1;
    const literal = value as ValueNode;
    switch (literal.kind) {
      case Kind.VARIABLE:
        return valuesIn(given(literal));
      case Kind.LIST:
        return literal.values.reduce((sum, each) => sum + valuesIn(each), 0);
      case Kind.OBJECT:
        return literal.fields.reduce((sum, field) => sum + valuesIn(field.value), 0);
      default:
        return 'kind' in literal
          ? 1
          : Object.values(value).reduce((sum: number, each) => sum + valuesIn(each), 0);
    }
  }

  function listLength(node: FieldNode, name: string): number {
    const value = given(node.arguments?.find(({ name: own }) => own.value === name)?.value);
    if (Array.isArray(value)) return value.length;
    const literal = value as ValueNode | undefined;
    return literal?.kind === Kind.LIST ? literal.values.length : 1;
  }

  const query = schema.getQueryType();
  if (query == null) return 0;
  const { each, once } = ofSelections(operation.selectionSet, query);
  return each + once;
}

function isConnection(type: GraphQLCompositeType): boolean {
  return isObjectType(type) && 'pageInfo' in type.getFields();
}

function literalNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  const literal = value as ValueNode;
  return literal?.kind === Kind.INT ? Number(literal.value) : Number.NaN;
}
