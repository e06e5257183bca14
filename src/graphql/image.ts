// Type Image: a record that the caller may discover, and its fields.
import { baseOf } from '../discovery/compare.ts';
import { explainImage, policyInputOf } from '../discovery/explain-image.ts';
import { visibleFramework } from '../discovery/frameworks.ts';
import { contentsWithheld } from '../discovery/image-components.ts';
import { sameDigest } from '../discovery/lookup.ts';
import { trustNotices } from '../discovery/trust-notices.ts';
import type { VisibleItem } from '../discovery/view.ts';
import type { Field as DescribedAs } from '../model/field.ts';
import type { FrameworkVersion } from '../model/image.ts';
import { DESCRIPTIVE_FIELDS, type DescriptiveField } from '../model/image-fields.ts';
import type { Condition } from '../model/license.ts';
import { firstOf, textOf } from './arguments.ts';
import { components } from './contents.ts';
import type { Field } from './context.ts';
import { SHOWN_TAGS, type TagPageArguments, tagPage } from './image-tags.ts';
import { measured } from './measured.ts';
import { pullCommands } from './pull-command.ts';
import { DEFAULT_SPANS, MAX_SPANS } from './tag-history.ts';

/** Images of `sameDigest`, at most. */
const MAX_SAME_DIGEST = 100;

/** A version of a framework, with the image that names it. */
export interface VisibleFrameworkVersion extends FrameworkVersion {
  readonly visible: VisibleItem;
}

const field =
  <K extends keyof VisibleItem['image']>(name: K): Field<VisibleItem> =>
  ({ image }) =>
    image[name];

const technique: (id: string, context: Parameters<Field<VisibleItem>>[2]) => unknown = (id, { parts }) => ({
  id,
  label: parts.vocabulary.technique(id)?.label ?? id,
});
const format: typeof technique = (id, { parts }) => ({ id, label: parts.vocabulary.format(id)?.label ?? id });

const isMapped = ({ kind }: DescribedAs): boolean => kind === 'terms' || kind === 'frameworks';
/** Their values are short, whoever writes them. */
const isShort = ({ kind }: DescribedAs): boolean => kind === 'time' || kind === 'amount' || kind === 'count';

/** Descriptive fields that are shown as the record has them; those that the vocabulary maps have resolvers of their own. */
const describing = (wanted: (field: DescribedAs) => boolean) =>
  Object.fromEntries(
    (Object.keys(DESCRIPTIVE_FIELDS) as DescriptiveField[])
      .filter((name) => !isMapped(DESCRIPTIVE_FIELDS[name]) && wanted(DESCRIPTIVE_FIELDS[name]))
      .map((name) => [name, field(name)]),
  );

/** Resolvers of the GraphQL type `Image`; fields that are not here are read from the value itself. */
export const Image: Readonly<Record<string, Field<VisibleItem, never>>> = {
  id: field('id'),
  digest: field('digest'),
  reference: field('reference'),
  facility: (({ image }, _, { parts }) => parts.places.get(image.facility)) satisfies Field<VisibleItem>,
  registry: field('registry'),
  repository: field('repository'),
  ...describing(isShort),
  sharing: field('sharing'),
  listed: field('listed'),
  suppliedBy: field('suppliedBy'),
  ...measured({
    tags: (({ image }) => image.tags.slice(0, SHOWN_TAGS)) satisfies Field<VisibleItem>,
    allTags: tagPage satisfies Field<VisibleItem, TagPageArguments>,
    manifests: field('manifests'),
    environment: field('environment'),
    ...describing((described) => !isShort(described)),
    frameworks: ((visible) =>
      visible.image.frameworks.map((version) => ({ ...version, visible }))) satisfies Field<VisibleItem>,
    techniques: (({ image }, _, context) =>
      image.techniques.map((id) => technique(id, context))) satisfies Field<VisibleItem>,
    reads: (({ image }, _, context) =>
      image.reads.map((id) => format(id, context))) satisfies Field<VisibleItem>,
    writes: (({ image }, _, context) =>
      image.writes.map((id) => format(id, context))) satisfies Field<VisibleItem>,
    unmapped: field('unmapped'),
    license: field('license'),
    groups: field('groups'),
    trust: ((visible) => ({ visible })) satisfies Field<VisibleItem>,
    labels: (({ image }) =>
      Object.entries(image.labels)
        .map(([name, value]) => ({ name, value }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))) satisfies Field<VisibleItem>,
    components,
    record: ((visible) => policyInputOf(visible)) satisfies Field<VisibleItem>,
    tagHistory: (async (visible, { first }, { parts }) => {
      const most = firstOf(first ?? DEFAULT_SPANS, MAX_SPANS);
      return (await parts.discovery.history.ofImage(visible)).slice(0, most);
    }) satisfies Field<VisibleItem, { first?: number | null }>,
    notices: (async (visible, { first }, { parts }) => {
      const most = firstOf(first ?? DEFAULT_SPANS, MAX_SPANS);
      const notices = [...trustNotices(visible.image), ...(await parts.discovery.history.notices(visible))];
      return notices.slice(0, most);
    }) satisfies Field<VisibleItem, { first?: number | null }>,
  }),
  contentsWithheld: ((visible) => contentsWithheld(visible)) satisfies Field<VisibleItem>,
  base: (({ image }) => baseOf(image)) satisfies Field<VisibleItem>,
  access: ((visible, { at }, { parts }) =>
    parts.discovery.access(visible, at == null ? null : textOf('at', at))) satisfies Field<
    VisibleItem,
    { at?: string | null }
  >,
  sameDigest: ((visible, { first }) =>
    sameDigest(visible, firstOf(first ?? 20, MAX_SAME_DIGEST))) satisfies Field<
    VisibleItem,
    { first?: number | null }
  >,
  pullCommands: (({ image, view }) =>
    view.verdict.access(image).pull ? pullCommands(image.reference) : []) satisfies Field<VisibleItem>,
  explain: ((visible, { at }, { parts }) =>
    explainImage(visible, at == null ? null : textOf('at', at), parts.places)) satisfies Field<
    VisibleItem,
    { at?: string | null }
  >,
};

/** Resolvers of the GraphQL type `FrameworkVersion`; fields that are not here are read from the value itself. */
export const FrameworkVersionType: Readonly<Record<string, Field<VisibleFrameworkVersion>>> = {
  framework: ({ visible, name }) => visibleFramework(visible.view, name),
};

/** Resolvers of the GraphQL type `LicenseCondition`; fields that are not here are read from the value itself. */
export const LicenseCondition: Readonly<Record<string, Field<Condition>>> = {
  facilities: ({ sites }, _, { parts }) => parts.places.facilities.filter(({ id }) => sites.includes(id)),
};
