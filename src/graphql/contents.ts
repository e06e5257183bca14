// What is inside images: an image's components and base, and the comparison of two images.
import type { ComponentChange, Shortened } from '../components/compare-components.ts';
import type { Component } from '../components/component.ts';
import type { ImageComparison } from '../discovery/compare.ts';
import { type ComponentPage, contentsWithheld } from '../discovery/image-components.ts';
import type { VisibleItem } from '../discovery/view.ts';
import { badInput, firstOf, textOf } from './arguments.ts';
import type { Field } from './context.ts';
import { measured } from './measured.ts';

/** Components of a page, and of each list of a comparison: unless said, and at most. */
const DEFAULT_COMPONENTS = 100;
const MAX_COMPONENTS = 1_000;

export interface ComponentArguments {
  readonly search?: string | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

/**
 * A page of the image's components: 100 by default; null where the caller may not pull it. A cursor says how many are before
 * it. Rejects with BAD_INPUT for a `first` that is not 1 to 1,000, a `search` of more than 1,024 UTF-16 units, and what is no
 * cursor, and as {@link Discovery.components} does.
 */
export const components: Field<VisibleItem, ComponentArguments> = async (visible, args, { parts }) => {
  const first = firstOf(args.first ?? DEFAULT_COMPONENTS, MAX_COMPONENTS);
  const search = args.search == null ? null : textOf('search', args.search);
  const from = fromOf(args.after ?? null);
  const page = await parts.discovery.components(visible, { first, from, search });
  return page && connectionOf(page, from);
};

function fromOf(after: string | null): number {
  if (after === null) return 0;
  if (/^\d{1,9}$/.test(after)) return Number(after);
  throw badInput(
    'after',
    '`after` is not a cursor of this list.',
    'Give the `endCursor` of the page before.',
  );
}

function connectionOf({ items, totalCount, truncated }: ComponentPage, from: number) {
  const end = from + items.length;
  return {
    nodes: items,
    totalCount,
    truncated,
    pageInfo: {
      hasNextPage: end < totalCount,
      hasPreviousPage: from > 0,
      startCursor: items.length === 0 ? null : String(from + 1),
      endCursor: items.length === 0 ? null : String(end),
    },
  };
}

export interface CompareArguments {
  readonly a: string;
  readonly b: string;
  readonly first?: number | null;
}

/**
 * Resolver of `Query.compare`: at most `first` of each list, 100 by default; null where the caller may know of neither image.
 * Throws BAD_INPUT for a `first` that is not 1 to 1,000 and for an id of more than 1,024 UTF-16 units; rejects as
 * {@link Discovery.compare} does.
 */
export const compare: Field<unknown, CompareArguments> = (_, { a, b, first }, scope) =>
  scope.parts.discovery.compare(
    textOf('a', a),
    textOf('b', b),
    firstOf(first ?? DEFAULT_COMPONENTS, MAX_COMPONENTS),
    scope,
  );

const withheld = (visible: VisibleItem | null) => (visible === null ? [] : contentsWithheld(visible));

/** Resolvers of the GraphQL type `ImageComparison`; fields that are not here are read from the value itself. */
export const ImageComparisonType: Readonly<Record<string, Field<ImageComparison>>> = {
  ...measured({
    facts: (({ facts }) => facts) satisfies Field<ImageComparison>,
    frameworks: (({ frameworks }) =>
      frameworks && differencesOf(frameworks)) satisfies Field<ImageComparison>,
    components: (({ components: compared }) =>
      compared && {
        ...differencesOf(compared),
        truncated: compared.truncated,
      }) satisfies Field<ImageComparison>,
    manifests: (({ manifests }) => manifests) satisfies Field<ImageComparison>,
  }),
  aWithheld: ({ a }) => withheld(a),
  bWithheld: ({ b }) => withheld(b),
};

const NOBODY: Component = { name: '', version: null, purl: null, license: null };

function differencesOf(compared: NonNullable<ImageComparison['frameworks']>) {
  const changes = (list: Shortened<ComponentChange>) => listOf(list, (change) => change);
  return {
    added: listOf(compared.added, (after) => ({ before: NOBODY, after })),
    removed: listOf(compared.removed, (before) => ({ before, after: NOBODY })),
    up: changes(compared.up),
    down: changes(compared.down),
    changed: changes(compared.changed),
    relicensed: changes(compared.relicensed),
  };
}

function listOf<T>({ shown, leftOut }: Shortened<T>, changeOf: (item: T) => ComponentChange) {
  return {
    nodes: shown.map((item) => {
      const { before, after } = changeOf(item);
      return {
        name: after.name || before.name,
        purl: after.purl ?? before.purl,
        before: before.version,
        after: after.version,
        licenseBefore: before.license,
        licenseAfter: after.license,
      };
    }),
    leftOut,
    totalCount: shown.length + leftOut,
  };
}
