// Connections of images and frameworks as Relay's cursor connections, with facets and the outcome of each source.

import type { ImageConnection, ImageItem } from '../discovery/connection.ts';
import type { FrameworkConnection, FrameworkItem } from '../discovery/discovery.ts';
import type { FacetValue } from '../discovery/facets.ts';
import type { SourceOutcome } from '../discovery/outcomes.ts';
import type { FacetField } from '../model/choices.ts';
import { firstOf, type PageArguments, pageOf } from './arguments.ts';
import type { Field } from './context.ts';
import { facetValueName } from './enums.ts';
import { measured } from './measured.ts';

/** Quarantined records that an outcome lists, at most. */
const MAX_QUARANTINED = 1_000;
/** Values of a facet besides the chosen ones, at most. */
const MAX_FACET_VALUES = 1_000;

interface Paged {
  readonly items: readonly { readonly cursor: string }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** Resolver of `pageInfo` in every connection whose items have cursors. */
export const pageInfo: Field<Paged> = ({ items, hasNextPage, hasPreviousPage }) => ({
  hasNextPage,
  hasPreviousPage,
  startCursor: items[0]?.cursor ?? null,
  endCursor: items[items.length - 1]?.cursor ?? null,
});

/** Resolvers of the GraphQL type `ImageConnection`; fields that are not here are read from the value itself. */
export const ImageConnectionType: Readonly<Record<string, Field<ImageConnection, never>>> = {
  nodes: (({ items }) => items.map(({ visible }) => visible)) satisfies Field<ImageConnection>,
  edges: (({ items }) => items) satisfies Field<ImageConnection>,
  pageInfo,
  ...measured({
    facets: (async (connection, { fields, first }) => {
      const facets = await connection.facets([...new Set(fields)], firstOf(first ?? 50, MAX_FACET_VALUES));
      return facets.map(({ field, values }) => ({
        field,
        values: values.map((value) => named(field, value)),
      }));
    }) satisfies Field<ImageConnection, { fields: readonly FacetField[]; first?: number | null }>,
  }),
};

function named(field: FacetField, { value, label, count, chosen }: FacetValue): FacetValue {
  const name = facetValueName(field, value);
  return { value: name, label: label === value ? name : label, count, chosen };
}

/** Resolvers of the GraphQL type `ImageEdge`; fields that are not here are read from the value itself. */
export const ImageEdge: Readonly<Record<string, Field<ImageItem>>> = {
  node: ({ visible }) => visible,
  access: ({ visible }) => visible.view.verdict.access(visible.image),
};

/** Resolvers of the GraphQL type `FrameworkConnection`; fields that are not here are read from the value itself. */
export const FrameworkConnectionType: Readonly<Record<string, Field<FrameworkConnection>>> = {
  nodes: ({ items }) => items.map(({ framework }) => framework),
  edges: ({ items }) => items,
  pageInfo,
};

/** Resolvers of the GraphQL type `FrameworkEdge`; fields that are not here are read from the value itself. */
export const FrameworkEdge: Readonly<Record<string, Field<FrameworkItem, never>>> = {
  node: (({ framework }) => framework) satisfies Field<FrameworkItem>,
  images: ((item, args, { parts }) => item.images(pageOf(args, parts.limits))) satisfies Field<
    FrameworkItem,
    PageArguments
  >,
};

/** Resolvers of the GraphQL type `SourceOutcome`; fields that are not here are read from the value itself. */
export const SourceOutcomeType: Readonly<Record<string, Field<SourceOutcome, never>>> = {
  facility: (({ facility }, _, { parts }) => parts.places.get(facility)) satisfies Field<SourceOutcome>,
  records: (({ records }) => records()) satisfies Field<SourceOutcome>,
  ...measured({
    quarantine: (({ quarantine }, { first }) =>
      quarantine?.slice(0, firstOf(first ?? 20, MAX_QUARANTINED)) ?? null) satisfies Field<
      SourceOutcome,
      { first?: number | null }
    >,
  }),
};
