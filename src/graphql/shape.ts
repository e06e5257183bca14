// Bounds the shape of a document before it is validated: tokens, depth, aliases, directives, and its selections with
// all fragments expanded. Each fragment is measured once, however often it is spread.
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  parse,
  type SelectionSetNode,
  type Source,
} from 'graphql';
import type { Limits } from '../config/limits.ts';
import { FederationError } from '../model/errors.ts';
import { comparisonsOf } from './comparisons.ts';

interface Shape {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /**
   * Fields and fragments, each counted as often as it is spread, because delegation, for example, expands fragments.
   */
  readonly selections: number;
}

/** Pairs of fields, about 20 ms of validation. Fifty fragments that repeat eight fields each have as many. */
const MAX_COMPARISONS = 10_000;

const EMPTY: Shape = { depth: 0, aliases: 0, directives: 0, selections: 0 };

/**
 * The parsed document, within `limits`. Throws a GraphQLError for a syntax error, and LIMIT_EXCEEDED for more tokens,
 * levels, aliases, directives or selections (fragments expanded) than these allow, and for more than 10,000 pairs of
 * fields that must be mergeable.
 */
export function parseBounded(source: string | Source, limits: Limits): DocumentNode {
  const document = parseTokens(source, limits);
  const fragments = fragmentsOf(document);
  const measure = createMeasure(fragments);
  let selections = 0;
  for (const definition of document.definitions) {
    if (!('selectionSet' in definition) || definition.selectionSet === undefined) continue;
    const shape = measure(definition.selectionSet);
    selections += definition.kind === Kind.OPERATION_DEFINITION ? shape.selections : 0;
    refuseBeyond('levels of selection', shape.depth, limits.depth);
    refuseBeyond('aliases', shape.aliases, limits.aliases);
    refuseBeyond('directives', shape.directives + (definition.directives?.length ?? 0), limits.directives);
    // A document without fragments cannot have more selections than tokens, so a document with fragments may not
    // either. All operations count together, because each is validated with the fragments that it spreads.
    refuseBeyond(
      'selections, with its fragments expanded',
      Math.max(selections, shape.selections),
      limits.tokens,
    );
    const pairs = comparisonsOf(definition.selectionSet, fragments, MAX_COMPARISONS, limits.tokens);
    refuseBeyond('pairs of fields that must be mergeable', pairs, MAX_COMPARISONS);
  }
  return document;
}

function parseTokens(source: string | Source, limits: Limits): DocumentNode {
  try {
    return parse(source, { maxTokens: limits.tokens, noLocation: false });
  } catch (error) {
    if (error instanceof GraphQLError && /Document contains more tha[nt]/.test(error.message)) {
      throw exceeded('tokens', limits.tokens);
    }
    throw error;
  }
}

function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return fragments;
}

function createMeasure(
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): (selectionSet: SelectionSetNode) => Shape {
  const known = new Map<string, Shape>();

  function measureFragment(name: string): Shape {
    const before = known.get(name);
    if (before !== undefined) return before;
    // Validation refuses a fragment that spreads itself; until then it counts once.
    known.set(name, EMPTY);
    const fragment = fragments.get(name);
    const shape = fragment === undefined ? EMPTY : measure(fragment.selectionSet);
    known.set(name, shape);
    return shape;
  }

  function measure({ selections }: SelectionSetNode): Shape {
    let { depth, aliases, directives, selections: count } = EMPTY;
    for (const selection of selections) {
      directives += selection.directives?.length ?? 0;
      let inner = EMPTY;
      let levels = 0;
      if (selection.kind === Kind.FRAGMENT_SPREAD) inner = measureFragment(selection.name.value);
      else if (selection.selectionSet !== undefined) inner = measure(selection.selectionSet);
      if (selection.kind === Kind.FIELD) {
        levels = 1;
        if (selection.alias !== undefined) aliases += 1;
      }
      depth = Math.max(depth, inner.depth + levels);
      aliases += inner.aliases;
      directives += inner.directives;
      count += 1 + inner.selections;
    }
    return { depth, aliases, directives, selections: count };
  }

  return measure;
}

function refuseBeyond(what: string, count: number, max: number): void {
  if (count > max) throw exceeded(what, max);
}

/** A LIMIT_EXCEEDED error, to be thrown by the caller, for a document with more than `max` of something. */
export function exceeded(what: string, max: number): FederationError {
  return new FederationError('LIMIT_EXCEEDED', `The document has more than ${max} ${what}.`, {
    hint: 'Ask for less at once.',
  });
}
