// What `panfed config check` finds wrong in the files of `facilities[].trust`: each key, trust store and root is read alone, so
// that one run shows all that are wrong.
import type { Report } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import type { TrustConfig } from '../config/trust.ts';
import { FederationError } from '../model/errors.ts';
import { createTrustSettings, type TrustReading } from './create-settings.ts';

/**
 * Reports each key, trust store and root of a facility that {@link createTrustSettings} refuses, at its place in
 * federation.yaml. Keys that a demo makes are not read. Never rejects for what is wrong in a file.
 */
export async function checkTrustSettings(
  { facilities }: Pick<Config, 'facilities'>,
  reading: TrustReading,
  report: Report,
): Promise<void> {
  for (const [index, { id, trust }] of facilities.entries()) {
    if (trust === undefined) continue;
    for (const part of partsOf(trust)) {
      try {
        await createTrustSettings(id, part.trust, reading);
      } catch (error) {
        if (!(error instanceof FederationError)) throw error;
        report(['facilities', index, 'trust', ...part.path], error.message, error.hint);
      }
    }
  }
}

interface Part {
  /** Within `facilities[].trust`. */
  readonly path: readonly PropertyKey[];
  /** Trust that names this file or variable, and no other. */
  readonly trust: TrustConfig;
}

function partsOf(trust: TrustConfig): readonly Part[] {
  const { root, notation, ...rest } = trust;
  const nothing: TrustConfig = { ...rest, keys: [] };
  const parts: Part[] = [];
  for (const [at, key] of trust.keys.entries()) {
    if (key.demo !== true) parts.push({ path: ['keys', at], trust: { ...nothing, keys: [key] } });
  }
  if (notation !== undefined) parts.push({ path: ['notation', 'store'], trust: { ...nothing, notation } });
  if (root !== undefined) parts.push({ path: ['root'], trust: { ...nothing, root } });
  return parts;
}
