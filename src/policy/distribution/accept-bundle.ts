// What becomes of an archive that came: verified, held against the versions that were accepted before, built, and kept.
// Whatever fails on the way leaves what is kept as it is.
import { FederationError } from '../../model/errors.ts';
import { parseBundle } from '../bundle/read.ts';
import type { SignedSource } from './source.ts';
import type { SourceCompiler } from './source-compiler.ts';
import {
  compareVersions,
  digestOf,
  type KeptRecord,
  type PolicyState,
  sameTrust,
  type TrustMark,
} from './state.ts';

export interface AcceptBundleOptions {
  readonly owner: string;
  /** Whom federation.yaml trusts now. */
  readonly trust: TrustMark;
  readonly state: PolicyState;
  /** Rejects where the signature, or what it is of, is not what it must be. */
  readonly verify: (archive: Uint8Array, signal: AbortSignal) => Promise<SignedSource>;
  /** The compiled bundle, which the gateway can load. Rejects where the source does not pass its checks and tests. */
  readonly compile: SourceCompiler['compile'];
}

/**
 * `kept`: it is the latest now. `unchanged`: it was already. Rejects with what its parts reject with, and with
 * POLICY_REPLAYED where it is not above what was accepted before.
 */
export async function acceptBundle(
  archive: Uint8Array,
  { owner, trust, state, verify, compile }: AcceptBundleOptions,
  signal: AbortSignal,
): Promise<'kept' | 'unchanged'> {
  const latest = await state.latest(owner);
  const stands = async () =>
    latest !== null && sameTrust(latest.trust, trust) && (await isSound(latest, state));
  if (latest?.source === digestOf(archive) && (await stands())) return 'unchanged';
  const source = await verify(archive, signal);
  // Whoever carries an archive can compress or encode it anew: that makes no other policy of it, and no work.
  if (compareVersions(source, latest) === 'same' && (await stands())) return 'unchanged';
  const bundle = await compile(source, signal);
  const { version, signed, digest } = source;
  const record: KeptRecord = { owner, version, signed, source: digest, trust, bundle: digestOf(bundle) };
  await state.keep(record, bundle);
  return 'kept';
}

/** Whether the bundle is there and can be read; if it was damaged, or another panfed wrote it, it is built again. */
async function isSound(record: KeptRecord, state: PolicyState): Promise<boolean> {
  try {
    await parseBundle(await state.bundle(record), state.place, record.owner);
    return true;
  } catch (error) {
    if (error instanceof FederationError) return false;
    throw error;
  }
}
