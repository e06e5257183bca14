// Types TagSpan and ImageNotice: where a tag pointed, and what to know of an image whose tag moved.
import type { NamedSpan, ImageNotice as Notice } from '../discovery/history.ts';
import type { Field } from './context.ts';

/** Spans of an answer, and notices of an image, unless said. */
export const DEFAULT_SPANS = 20;

/** Spans of an answer, and notices of an image, at most. */
export const MAX_SPANS = 100;

const dateTime = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : new Date(milliseconds).toISOString();

/** Resolvers of the GraphQL type `TagSpan`; fields that are not here are read from the value itself. */
export const TagSpan: Readonly<Record<string, Field<NamedSpan>>> = {
  since: ({ since }) => dateTime(since),
  until: ({ until }) => dateTime(until),
};

/** Resolvers of the GraphQL type `ImageNotice`; fields that are not here are read from the value itself. */
export const ImageNotice: Readonly<Record<string, Field<Notice>>> = {
  since: ({ since }) => dateTime(since),
};
