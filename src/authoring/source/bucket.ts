// The time bucket that a policy declares, in an annotation of any of its rules or packages: `custom.time.bucket`.
import { z } from 'zod';
import { didYouMean } from '../../model/nearest.ts';
import { BUCKETS, type Bucket, bucketName } from '../../policy/decisions/time.ts';
import type { Finding } from './problem.ts';
import { type Location, type PolicyModule, problemAt } from './syntax.ts';

/** The form of a declaration, for hints. */
export const DECLARATION = '# METADATA, # custom:, #   time: {bucket: 1h}';

export interface DeclaredBucket {
  readonly bucket: Bucket;
  /** The module that declares it, and the place. */
  readonly module: PolicyModule;
  readonly location: Location;
}

export interface Declared {
  /** null: none is declared, or the declaration is wrong. */
  readonly bucket: DeclaredBucket | null;
  readonly problems: readonly Finding[];
}

const declarationSchema = z.strictObject({ bucket: z.string() });

/**
 * The bucket (in seconds) that these modules declare, null where none does or a declaration is wrong; each
 * wrong or further one is a problem. Never throws.
 */
export function declaredBucket(modules: readonly PolicyModule[]): Declared {
  const problems: Finding[] = [];
  let declared: DeclaredBucket | null = null;
  for (const module of modules) {
    for (const { location, custom } of module.annotations) {
      if (custom?.time === undefined) continue;
      const found = bucketOf(custom.time);
      if ('message' in found) problems.push(problemAt(module, location, found.message, found.hint));
      else if (declared === null) declared = { bucket: found.bucket, module, location };
      else problems.push(declaredTwice(declared, module, location));
    }
  }
  return { bucket: problems.length === 0 ? declared : null, problems };
}

function bucketOf(time: unknown): { bucket: Bucket } | { message: string; hint: string } {
  const parsed = declarationSchema.safeParse(time);
  const names = Object.keys(BUCKETS);
  const hint = `there are: ${names.join(', ')}`;
  if (!parsed.success)
    return { message: 'custom.time must have a bucket and nothing else', hint: DECLARATION };
  const name = parsed.data.bucket;
  if (Object.hasOwn(BUCKETS, name)) return { bucket: BUCKETS[name as keyof typeof BUCKETS] };
  return { message: `there is no bucket ${name.slice(0, 64)}`, hint: didYouMean(name, names) ?? hint };
}

function declaredTwice(
  { bucket, module: other, location: before }: DeclaredBucket,
  module: PolicyModule,
  location: Location,
): Finding {
  return problemAt(
    module,
    location,
    `a bucket is declared already: ${bucketName(bucket)}, at ${other.file}:${before.row}`,
    'a policy has one for all of its rules',
  );
}
