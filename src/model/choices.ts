// The user's choices: the fields of `only`, `except` and `prefer`, and the facets that go with them.

/** The fields of `only`, `except` and `prefer`, in the order of the schema. */
export const CHOICE_FIELDS = [
  'facilities',
  'frameworks',
  'versions',
  'techniques',
  'licenses',
  'conditions',
  'groups',
  'trust',
  'sharing',
  'suppliedBy',
  'reads',
  'writes',
  'engines',
  'platforms',
  'components',
  'may',
] as const;
export type ChoiceField = (typeof CHOICE_FIELDS)[number];

/**
 * Fields whose values the preference module compares: `may` comes from decisions, Rego cannot order versions, and components
 * are no part of what policies read.
 */
export type PreferenceField = Exclude<ChoiceField, 'may' | 'versions' | 'components'>;

/** The choice fields that are a {@link PreferenceField}. */
export const PREFERENCE_FIELDS = CHOICE_FIELDS.filter(
  (field): field is PreferenceField => field !== 'may' && field !== 'versions' && field !== 'components',
);

/** Values as the caller wrote them. An empty or missing list is "not given". */
export type Choices = { readonly [F in ChoiceField]?: readonly string[] | null | undefined };

/** The facets, as GraphQL's enumeration names them. */
export const FACET_FIELDS = [
  'FACILITY',
  'FRAMEWORK',
  'VERSION',
  'TECHNIQUE',
  'LICENSE',
  'CONDITION',
  'TRUST',
  'SHARING',
  'SUPPLIED_BY',
  'READS',
  'WRITES',
  'ENGINE',
  'PLATFORM',
  'MAY',
] as const;
export type FacetField = (typeof FACET_FIELDS)[number];

/** The choice that each facet's values can be used in. */
export const FACET_CHOICE: Readonly<Record<FacetField, ChoiceField>> = {
  FACILITY: 'facilities',
  FRAMEWORK: 'frameworks',
  VERSION: 'versions',
  TECHNIQUE: 'techniques',
  LICENSE: 'licenses',
  CONDITION: 'conditions',
  TRUST: 'trust',
  SHARING: 'sharing',
  SUPPLIED_BY: 'suppliedBy',
  READS: 'reads',
  WRITES: 'writes',
  ENGINE: 'engines',
  PLATFORM: 'platforms',
  MAY: 'may',
};

/** The orders of images, as GraphQL's enumeration names them. */
export const IMAGE_ORDERS = ['RELEVANCE', 'NAME', 'NEWEST', 'VERSION'] as const;
export type ImageOrder = (typeof IMAGE_ORDERS)[number];
