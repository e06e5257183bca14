// Reads the configuration of an image (OCI image configuration): its platform, when it was made, its labels, and the allowed
// part of its environment. Nothing else of it is kept.
import { FederationError } from '../../model/errors.ts';
import type { EnvironmentVariable } from '../../model/image.ts';
import { isObject } from '../../model/json-object.ts';
import { readEnvironment } from './environment.ts';
import { type BoundedLabels, type IsRead, readLabels } from './labels.ts';
import { platformOf } from './platform.ts';

export interface ImageConfig {
  /** null: it states none. */
  readonly platform: string | null;
  /** RFC 3339; null where it is not said, or is the year that tools write which do not know it. */
  readonly created: string | null;
  readonly labels: BoundedLabels;
  readonly environment: readonly EnvironmentVariable[];
}

/**
 * What is kept of an image's configuration: what it does not state is null or empty.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md
 * @throws FederationError SOURCE_MALFORMED where it or its `config` is no JSON object, and as
 * {@link readLabels} does
 */
export function readImageConfig(value: unknown, isRead: IsRead): ImageConfig {
  if (!isObject(value)) throw new FederationError('SOURCE_MALFORMED', 'its configuration is no JSON object');
  const config = value.config ?? {};
  if (!isObject(config)) {
    throw new FederationError('SOURCE_MALFORMED', 'its configuration has a `config` that is no JSON object');
  }
  return {
    platform: platformOf(value),
    created: createdOf(value.created),
    labels: readLabels(config.Labels, 'labels', isRead),
    environment: readEnvironment(config.Env),
  };
}

/** Go's zero time is of year 1, and reproducible builds write the beginning of Unix time. */
function createdOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 64) return null;
  const year = /^(\d{4})-/.exec(value)?.[1];
  return year === undefined || Number(year) <= 1970 ? null : value;
}
