// Checks one registry: its connection, then what its kind has.

import type { RegistryConfig } from '../../config/facility.ts';
import type { Clock } from '../../model/clock.ts';
import { createHttpClient } from '../../network/create-http-client.ts';
import { probeConnection } from '../../network/probe-connection.ts';
import { checkCatalogFile } from './catalog-file.ts';
import type { Check, CheckId } from './check.ts';
import { isUnreachable, judgeConnection } from './connection.ts';
import { checkContract } from './contract.ts';
import { metered } from './meter.ts';
import { checkOci, configuredAuthorities } from './oci.ts';
import { createRun } from './run.ts';
import type { Target } from './target.ts';

export interface Diagnosis {
  readonly name: string;
  readonly kind: RegistryConfig['kind'];
  readonly url: string;
  readonly checks: readonly Check[];
  /** Whether nothing could be asked: no name, or no connection. */
  readonly isUnreachable: boolean;
  readonly requests: number;
  /** Milliseconds. */
  readonly took: number;
}

export interface DiagnoseOptions {
  readonly clock: Clock;
  /** Images of the sample. */
  readonly sample: number;
  /** Milliseconds for all checks. */
  readonly timeout: number;
  readonly onStep: (id: CheckId) => void;
}

/** Milliseconds for each step of the connection. */
const PROBE_MS = 5_000;

/**
 * The checks of one registry, with at most 60 requests. Rejects with CONFIG_INVALID where its credential or its `ca` cannot
 * be read.
 */
export async function diagnose(
  target: Target,
  { clock, sample, timeout, onStep }: DiagnoseOptions,
): Promise<Diagnosis> {
  const since = clock.monotonic();
  // What fails is reported, and not tried again: a fault that comes and goes is one, too.
  const inner = createHttpClient({
    clock,
    backoff: { retries: 0 },
    breaker: { threshold: Number.POSITIVE_INFINITY, coolDown: 0 },
  });
  const meter = metered(inner);
  const checks: Check[] = [];
  let unreachable = false;
  const run = createRun(
    { httpClient: meter.httpClient, clock, sample, signal: AbortSignal.timeout(timeout), onStep },
    checks,
  );
  try {
    if (target.kind === 'file') await checkCatalogFile(target, run);
    else {
      const authorities = target.kind === 'oci' ? await configuredAuthorities(target) : null;
      const url = new URL(target.url);
      await run.step(['connect'], async () => {
        const probe = await probeConnection(url, {
          authorities,
          clock,
          timeout: Math.min(PROBE_MS, timeout),
        });
        unreachable = isUnreachable(probe);
        return judgeConnection(url, probe, clock.wall());
      });
      const isSpokenTo = !unreachable && !checks.some(({ id, status }) => id === 'tls' && status === 'fail');
      if (isSpokenTo && target.kind === 'oci') await checkOci(target, authorities, run);
      else if (isSpokenTo) await checkContract(target, run);
    }
  } finally {
    await inner.close();
  }
  return {
    name: target.name,
    kind: target.kind,
    url: target.url,
    checks,
    isUnreachable: unreachable,
    requests: meter.requests(),
    took: clock.monotonic() - since,
  };
}
