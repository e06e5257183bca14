// Checks one registry: its connection, then what its kind has.

import { resolve } from 'node:path';
import type { RegistryConfig } from '../../config/facility.ts';
import { isCrawled } from '../../config/registry-kind.ts';
import type { Clock } from '../../model/clock.ts';
import { authoritiesOf, type Reach } from '../../network/connection.ts';
import { createHttpClient } from '../../network/create-http-client.ts';
import { probeConnection } from '../../network/probe-connection.ts';
import { readAuthorities } from '../../network/registry/authorities.ts';
import type { Check, CheckId } from './check.ts';
import { isUnreachable, judgeConnection } from './connection.ts';
import { metered } from './meter.ts';
import { createRun, type Run } from './run.ts';
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
  /** Called with the first check of each step before it begins. */
  readonly onStep: (id: CheckId) => void;
}

/** Milliseconds for each step of the connection. */
const PROBE_MS = 5_000;

/**
 * The checks of one registry, with at most 60 requests, in `timeout` milliseconds. Rejects with
 * CONFIG_INVALID where its credential or its `ca` cannot be read, and with what is no FederationError; what
 * the registry does is in the checks. The checks behind the connection are left out where it is unreachable
 * or its certificate is not accepted; connecting counts as no request.
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
    if (target.kind === 'file') {
      const { checkCatalogFile } = await import('./catalog-file.ts');
      await checkCatalogFile(target, run);
    } else {
      const authorities = await authoritiesFor(target);
      const url = new URL(target.url);
      await run.step(['connect'], async () => {
        const patience = Math.min(PROBE_MS, timeout);
        const probe = await probeConnection(url, { authorities, clock, timeout: patience });
        unreachable = isUnreachable(probe);
        return judgeConnection(url, probe, clock.wall());
      });
      const isRefused = checks.some(({ id, status }) => id === 'tls' && status === 'fail');
      if (!unreachable && !isRefused) await checkAnswers(target, authorities, run);
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

/** Each kind's code is loaded where it is needed. */
async function checkAnswers(target: Target, authorities: Reach['authorities'], run: Run): Promise<void> {
  if (isCrawled(target.kind)) {
    const { checkOci } = await import('./oci.ts');
    return checkOci(target, authorities, run);
  }
  const { checkContract } = await import('./contract.ts');
  return checkContract(target, run);
}

async function authoritiesFor({ kind, access, baseDirectory }: Target): Promise<Reach['authorities']> {
  if (!isCrawled(kind) || access.ca === undefined) return null;
  return authoritiesOf(await readAuthorities(resolve(baseDirectory, access.ca)));
}
