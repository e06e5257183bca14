// Trust of all facilities: their settings, read once, and the thread in which signatures are verified.
import type { Config } from '../config/schema.ts';
import type { TrustReading } from './create-settings.ts';
import { NOBODY_TRUSTED, type TrustSettings } from './settings.ts';
import { createVerifier, type Verifier } from './verifier.ts';

export interface Trusting {
  /** By facility. */
  readonly settings: ReadonlyMap<string, TrustSettings>;
  readonly verifier: Verifier;
  /** Ends the thread. Never rejects. */
  close(): Promise<void>;
}

/**
 * The settings of each facility as {@link createTrustSettings} reads them, and a verifier that starts its thread with the first
 * signature. Rejects with CONFIG_INVALID as that does.
 */
export async function createTrust(
  { facilities, baseDirectory }: Pick<Config, 'facilities' | 'baseDirectory'>,
  reading: Omit<TrustReading, 'baseDirectory'>,
): Promise<Trusting> {
  const settings = new Map<string, TrustSettings>();
  for (const { id, trust } of facilities) {
    if (trust === undefined) {
      settings.set(id, NOBODY_TRUSTED);
      continue;
    }
    // What reads keys and roots takes a while to load, and some gateways have none.
    const { createTrustSettings } = await import('./create-settings.ts');
    settings.set(id, await createTrustSettings(id, trust, { ...reading, baseDirectory }));
  }
  const verifier = createVerifier();
  return { settings, verifier, close: () => verifier.close() };
}
