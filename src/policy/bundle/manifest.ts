// The `.manifest` of a policy bundle: what OPA's bundle format requires, and in `metadata.panfed` what panfed adds to
// it.
// https://www.openpolicyagent.org/docs/management-bundles
import { z } from 'zod';
import { BUCKETS, readsTime } from '../decisions/time.ts';
import type { ReadPath } from './revision.ts';

/** The owner of the federation's policy; no facility has this id. */
export const FEDERATION = 'federation';

/** The owner of the preference policy; no facility has this id. */
export const PREFERENCE = 'preference';

/**
 * The entry point that the module of an owner must have, as OPA's manifest writes it: `panfed/…/decision`, or
 * `panfed/preference/match`. `owner`: `federation`, `preference` or a facility's id.
 */
export function entrypointOf(owner: string): string {
  if (owner === FEDERATION) return 'panfed/federation/decision';
  if (owner === PREFERENCE) return 'panfed/preference/match';
  return `panfed/facility/${owner}/decision`;
}

/** The entry point of the federation's module that decides who may see and use compute resources; it may have none. */
export const RESOURCE_ENTRYPOINT = 'panfed/federation/resource';

/** The entry points that the module of an owner may have besides that of {@link entrypointOf}. */
export function optionalEntrypointsOf(owner: string): readonly string[] {
  return owner === FEDERATION ? [RESOURCE_ENTRYPOINT] : [];
}

/** Names of the files in a bundle. */
export const BUNDLE_FILES = Object.freeze({
  manifest: '/.manifest',
  data: '/data.json',
  wasm: '/policy.wasm',
});

/** Bytes of a policy's data.json, at most. */
export const DATA_BYTES = 33_554_432;

/** Bytes of a bundle, compressed or not, at most: its data, and the rest of it. */
export const BUNDLE_BYTES = DATA_BYTES + 16_777_216;

const text = z.string().min(1).max(1_024);

const readPath = z
  .array(z.string().min(1).max(256))
  .min(1)
  .max(16)
  .refine((path) => !readsWhole(path), {
    error: 'a module may not read input, input.record, its labels or input.subject whole',
  });

/** A reason code: at most 64 capital letters, digits and underscores, a letter first. */
export const reasonCode = z
  .string()
  .max(64)
  .regex(/^[A-Z][A-Z0-9_]*$/);

/** Where a lab's policy came from; for information, and not part of the revision. */
export const policySourceSchema = z.strictObject({
  /** Larger in each bundle of a facility. */
  version: z.int().min(1),
  /** Id of the key that signed it. */
  signer: z.string().min(1).max(256),
  /** Digest of the archive that it was built from, as received; another archive may have the same signed content. */
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});

export type PolicySource = Readonly<z.infer<typeof policySourceSchema>>;

/** What panfed adds to a manifest, in `metadata.panfed`. */
export const panfedMetadataSchema = z
  .strictObject({
    owner: z.string().min(1).max(64),
    entrypoint: text,
    reads: z.array(readPath).max(1_024).readonly(),
    reasons: z
      .record(reasonCode, z.strictObject({ message: text, remedy: text.nullable() }))
      .refine((reasons) => Object.keys(reasons).length <= 1_024, { error: 'more than 1024 reason codes' }),
    /** The time bucket that the policy declares if it reads the time; seconds. */
    time: z.strictObject({ bucket: z.literal(Object.values(BUCKETS)) }).optional(),
    opa: z.string().max(64),
    source: policySourceSchema.optional(),
  })
  .refine(({ reads, time }) => reads.some(readsTime) === (time !== undefined), {
    error: 'a module reads the time if, and only if, it declares a bucket',
  });

/** The `.manifest` of a bundle (OPA's bundle format); what others add to it is let through. */
export const manifestSchema = z.looseObject({
  revision: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  roots: z.array(z.string()).max(64),
  wasm: z
    .array(z.looseObject({ module: z.literal(BUNDLE_FILES.wasm), entrypoint: text }))
    .min(1)
    .max(2),
  metadata: z.looseObject({ panfed: panfedMetadataSchema }),
});

export type Manifest = z.infer<typeof manifestSchema>;

/**
 * Whether a path names the whole input (the empty path does), a record, its labels or a subject. No two of them would
 * be in one class, so a module with such a path is refused, both when it is built and when it is loaded.
 */
export function readsWhole(path: ReadPath): boolean {
  const [first, second, ...more] = path;
  if (first === undefined) return true;
  if (second === undefined) return first === 'record' || first === 'subject';
  return first === 'record' && second === 'labels' && more.length === 0;
}
