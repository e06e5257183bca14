// Accepts an archive: verifies it, compares it with the versions accepted before, builds it, and stores it. A failure
// on the way leaves what is stored as it is.
import { digestOf } from '../../model/digest.ts';
import { FederationError } from '../../model/errors.ts';
import { parseBundle } from '../bundle/read.ts';
import type { SignedSource } from './source.ts';
import type { SourceCompiler } from './source-compiler.ts';
import {
  compareVersions,
  type KeptRecord,
  type PolicyState,
  sameTrust,
  type TrustMark,
} from './state/state.ts';

export interface AcceptBundleOptions {
  readonly owner: string;
  /** The key and scope that federation.yaml trusts now. */
  readonly trust: TrustMark;
  readonly state: PolicyState;
  /** Rejects if the signature, or the signed content, is not what it must be. */
  readonly verify: (archive: Uint8Array, signal: AbortSignal) => Promise<SignedSource>;
  /** The compiled bundle, which the gateway can load. Rejects if the source does not pass its checks and tests. */
  readonly compile: SourceCompiler['compile'];
}

/**
 * Verifies, builds and keeps an archive. `kept`: the archive's policy is the latest now. `unchanged`: it was already.
 * Rejects with POLICY_REPLAYED if its version is not above the latest one, with POLICY_STATE_INVALID if the state
 * cannot be read, and as {@link PolicyState.keep}, `verify` and `compile` do: with their errors, and with the signal's
 * reason.
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
  // An archive may be compressed or encoded again on its way: the policy stays the same, and nothing is built.
  if (compareVersions(source, latest) === 'same' && (await stands())) return 'unchanged';
  const bundle = await compile(source, signal);
  const { version, signed, digest } = source;
  const record: KeptRecord = { owner, version, signed, source: digest, trust, bundle: digestOf(bundle) };
  await state.keep(record, bundle);
  return 'kept';
}

/** Whether the stored bundle can be read; one that was damaged, or that another panfed wrote, is built again. */
async function isSound(record: KeptRecord, state: PolicyState): Promise<boolean> {
  try {
    await parseBundle(await state.bundle(record), state.place, record.owner);
    return true;
  } catch (error) {
    if (error instanceof FederationError) return false;
    throw error;
  }
}
