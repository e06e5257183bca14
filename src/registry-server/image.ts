// One image of a catalog that is served: a lab's own words, checked strictly, since here they can still be corrected.
import { z } from 'zod';
import { conditionSchema } from '../config/repository.ts';
import { BOUNDS } from '../model/bounds.ts';
import { DIGEST_FORM, isDigest } from '../model/digest.ts';
import { canonicalGroup } from '../model/group.ts';
import { DESCRIPTIVE_FIELDS } from '../model/image-fields.ts';
import { isRepository, isTag } from '../model/oci-names.ts';
import { type Attached, documentsSchema } from './attached.ts';
import { type DemoSigning, demoSchema } from './demo-signers.ts';
import { strictShape } from './strict-field.ts';

const text = (max: number) => z.string().min(1).max(max);
const group = z
  .string()
  .max(BOUNDS.group)
  .refine(
    (urn) => canonicalGroup(urn) !== null,
    'must be an AARC-G069 group: urn:<nid>:<namespace>:group:<group>',
  );

const labels = z.union(
  [
    z.record(text(BOUNDS.labelName), z.string().max(BOUNDS.labelValue)),
    z
      .array(z.strictObject({ name: text(BOUNDS.labelName), value: z.string().max(BOUNDS.labelValue) }))
      .max(BOUNDS.labels),
  ],
  'must map names to text, or be a list of {name, value}',
);

/** An image in the shape of registry.graphql, every field there, and what the lab adds to it. */
export interface RegistryImage {
  readonly id: string;
  readonly node: Readonly<Record<string, unknown>>;
  readonly extension: Readonly<Record<string, unknown>>;
  readonly attached: Attached;
  /** How a demo signs it; null: not at all. */
  readonly demo: DemoSigning | null;
}

const tag = z.string('must be text: write it in quotes').superRefine((given, { addIssue }) => {
  if (isTag(given)) return;
  const mended = given.trim().replace(/[^\w.-]+/g, '-');
  addIssue({
    code: 'custom',
    message: `must be an OCI tag: letters, digits, _, . and -, at most ${BOUNDS.tag} of them`,
    params: { hint: isTag(mended) ? `Did you mean ${mended}?` : undefined },
  });
});

const repository = z.string().superRefine((given, { addIssue }) => {
  if (isRepository(given)) return;
  const mended = withoutHost(given.slice(0, 2 * BOUNDS.repository))
    .replace(/[:@].*$/s, '')
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9._/-]+/g, '-');
  addIssue({
    code: 'custom',
    message:
      'must be an OCI repository name: small letters, digits, ., _ and - between slashes, without host and tag',
    params: { hint: isRepository(mended) ? `Did you mean ${mended}?` : undefined },
  });
});

/**
 * The name of a repository without its host. By the rule of container engines: a first part with a dot or a colon, or
 * `localhost`, is a host, if another part follows.
 */
export function withoutHost(name: string): string {
  const [first = '', ...rest] = name.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost') ? rest.join('/') : name;
}

const { requires, ...describing } = strictShape(DESCRIPTIVE_FIELDS);

/** The fields of registry.graphql's Image, with the liberties of a catalog file. */
export const imageSchema = z
  .strictObject({
    id: text(BOUNDS.upstreamId).nullish(),
    /** Kept for ingest, which refuses another lab's. */
    facility: text(BOUNDS.name).nullish(),
    registry: text(BOUNDS.name).nullish(),
    repository,
    digest: z.string().refine(isDigest, `must be ${DIGEST_FORM}`).nullish(),
    tag: tag.nullish(),
    tags: z.array(tag).max(BOUNDS.entryTags).nullish(),
    ...describing,
    license: text(BOUNDS.license).nullish(),
    conditions: z
      .array(conditionSchema.extend({ groups: z.array(group).max(BOUNDS.conditionValues).default([]) }))
      .max(BOUNDS.conditions)
      .nullish(),
    sharing: z.enum(['open', 'conditional', 'none']).nullish(),
    listed: z.boolean().nullish(),
    suppliedBy: z.enum(['staff', 'user']).nullish(),
    groups: z.array(group).max(BOUNDS.groups).nullish(),
    requires,
    labels: labels.nullish(),
    extension: z.record(z.string(), z.unknown()).nullish(),
    signatures: documentsSchema,
    attestations: documentsSchema,
    demo: demoSchema.nullish(),
  })
  .refine((image) => image.digest || image.tag || image.tags?.length, 'an image has a digest or a tag');

export type ImageEntry = z.infer<typeof imageSchema>;
