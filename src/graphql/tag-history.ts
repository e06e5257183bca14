// Types TagSpan and ImageNotice: where a tag pointed, and what to know of an image whose tag moved.
import type { NamedSpan, ImageNotice as Notice } from '../discovery/history.ts';
import type { Field } from './context.ts';

/** Spans of an answer, and notices of an image: unless said, and at most. */
export const DEFAULT_SPANS = 20;
export const MAX_SPANS = 100;

const dateTime = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : new Date(milliseconds).toISOString();

export const TagSpan: Readonly<Record<string, Field<NamedSpan>>> = {
  since: ({ since }) => dateTime(since),
  until: ({ until }) => dateTime(until),
};

export const ImageNotice: Readonly<Record<string, Field<Notice>>> = {
  since: ({ since }) => dateTime(since),
};
