// One owner's module, ready for evaluation: read, checked, compiled, and compared with the SDK's built-ins, all at
// load, since a missing built-in would otherwise fail only when a rule reaches it.
import { FederationError } from '../../model/errors.ts';
import { DATA_MEMORY, unmeasured } from '../bundle/data.ts';
import type { PolicySource } from '../bundle/manifest.ts';
import { type Bundle, readBundle } from '../bundle/read.ts';
import type { ReasonTexts } from '../bundle/revision.ts';
import { type Projection, projectionOf } from '../decisions/projection.ts';
import type { Bucket } from '../decisions/time.ts';
import type { WorkerPool } from './pool.ts';
import type { ModuleFacts } from './sandbox.ts';
import type { Compiled } from './worker.ts';

export interface PolicyModule {
  readonly owner: string;
  readonly revision: string;
  readonly compiled: Compiled;
  /** Entry points besides that of `compiled`. */
  readonly more: readonly string[];
  readonly projection: Projection;
  /** The time bucket that it declares, in seconds; null: it does not read the time. */
  readonly bucket: Bucket | null;
  readonly reasons: ReasonTexts;
  /** The lab's own archive that it was built from; null: it was not. */
  readonly source: PolicySource | null;
}

let serials = 0;

/**
 * The module in the bundle at `path`, of `federation`, `preference` or a facility's id. Rejects as {@link readBundle}
 * and {@link makeModule} do, with POLICY_INVALID, NOT_READY or INTERNAL.
 */
export async function loadModule(pool: WorkerPool, path: string, owner: string): Promise<PolicyModule> {
  return makeModule(pool, await readBundle(path, owner), path);
}

/**
 * The module of a bundle, loaded once in a worker to check and measure it: within 15 s and 256 MiB of memory if it has
 * data, else within a second, or the pool's deadline where that is longer. Rejects with POLICY_INVALID if it does not
 * load or calls a built-in that the SDK does not have; the error names `path`. Rejects also as {@link WorkerPool.facts}
 * does, with NOT_READY or INTERNAL.
 */
export async function makeModule(pool: WorkerPool, bundle: Bundle, path: string): Promise<PolicyModule> {
  const compiled = await withMeasuredData(pool, await compile(bundle, path), bundle.more, path);
  return {
    owner: bundle.owner,
    revision: bundle.revision,
    compiled,
    more: bundle.more,
    projection: projectionOf(bundle.reads),
    bucket: bundle.bucket,
    reasons: bundle.reasons,
    source: bundle.source,
  };
}

async function compile({ wasm, entrypoint, data }: Bundle, path: string): Promise<Compiled> {
  try {
    // Unique even among modules of the same revision: what caches keep of a module ends with it.
    return {
      key: String(++serials),
      wasm: await WebAssembly.compile(wasm),
      entrypoint,
      data: data === null ? null : unmeasured(data),
    };
  } catch (cause) {
    throw invalid(path, 'its policy.wasm is not WebAssembly', cause);
  }
}

/** With the memory that its data need, measured here once for all later instances. */
async function withMeasuredData(
  pool: WorkerPool,
  compiled: Compiled,
  more: readonly string[],
  path: string,
): Promise<Compiled> {
  const { dataPages } = await checkFacts(pool, compiled, more, path);
  return compiled.data === null ? compiled : { ...compiled, data: { ...compiled.data, pages: dataPages } };
}

async function checkFacts(
  pool: WorkerPool,
  compiled: Compiled,
  more: readonly string[],
  path: string,
): Promise<ModuleFacts> {
  const facts = await pool.facts(compiled);
  if ('endedAt' in facts || 'failure' in facts) {
    const about = compiled.data === null ? '' : `, or its data are not JSON or need more than ${DATA_MEMORY}`;
    throw invalid(path, `its module does not load${about}: ${facts.detail}`);
  }
  const missing = [compiled.entrypoint, ...more].find((one) => !facts.entrypoints.includes(one));
  if (missing !== undefined) throw invalid(path, `its module does not have the entry point ${missing}`);
  if (facts.missingBuiltins.length > 0) {
    throw invalid(
      path,
      `its module calls built-ins that are not available here: ${facts.missingBuiltins.join(', ')}`,
    );
  }
  return facts;
}

function invalid(path: string, message: string, cause?: unknown): FederationError {
  return new FederationError('POLICY_INVALID', message, {
    at: path,
    hint: 'Build it again with `panfed policy build`.',
    cause,
  });
}
