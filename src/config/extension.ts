// A facility's extension as federation.yaml names it: its SDL, and the registry that answers it.
import { resolve } from 'node:path';
import { FederationError } from '../model/errors.ts';
import { readBounded } from './bounded-file.ts';
import type { FacilityConfig, RegistryConfig } from './facility.ts';

/** Bytes of such a schema: far more than any has. */
const LARGEST = 1_048_576;

/**
 * The text of `extension.schema`, in UTF-8; a relative path starts at `baseDirectory`, the folder of
 * federation.yaml. Rejects with CONFIG_INVALID where it cannot be read or has more than 1 MiB.
 */
export async function readExtensionSchema(
  facility: string,
  { schema }: NonNullable<FacilityConfig['extension']>,
  baseDirectory: string,
): Promise<string> {
  const path = resolve(baseDirectory, schema);
  try {
    return (await readBounded(path, LARGEST)).toString('utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new FederationError(
      'CONFIG_INVALID',
      `the schema of ${facility}’s extension cannot be read (${reason})`,
      { at: path, hint: 'Check facilities[].extension.schema of federation.yaml.', cause },
    );
  }
}

/**
 * The registry that answers a facility's extension: the one it names, else its first graphql registry; null
 * where there is no such registry, or no extension.
 */
export function extensionRegistry({ extension, registries }: FacilityConfig): RegistryConfig | null {
  if (extension === undefined) return null;
  return (
    registries.find(({ key, kind }) => kind === 'graphql' && key === (extension.registry ?? key)) ?? null
  );
}
