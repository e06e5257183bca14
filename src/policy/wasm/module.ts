// One owner's module, ready to be asked: read, checked, compiled, and held against what the SDK can do, all at load,
// since a missing built-in would otherwise show only when a rule reaches it.
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
  readonly projection: Projection;
  /** Of the time that it is given, in seconds; null: it is given none. */
  readonly bucket: Bucket | null;
  readonly reasons: ReasonTexts;
  /** The lab's own archive that it was built from, where it was. */
  readonly source: PolicySource | null;
}

let serials = 0;

/** Rejects with POLICY_INVALID: see {@link readBundle}; or see {@link makeModule}. */
export async function loadModule(pool: WorkerPool, path: string, owner: string): Promise<PolicyModule> {
  return makeModule(pool, await readBundle(path, owner), path);
}

/** Rejects with POLICY_INVALID: the module does not load, or calls what the SDK has not. `path` is told in errors. */
export async function makeModule(pool: WorkerPool, bundle: Bundle, path: string): Promise<PolicyModule> {
  const compiled = await withMeasuredData(pool, await compile(bundle, path), path);
  return {
    owner: bundle.owner,
    revision: bundle.revision,
    compiled,
    projection: projectionOf(bundle.reads),
    bucket: bundle.bucket,
    reasons: bundle.reasons,
    source: bundle.source,
  };
}

async function compile({ wasm, entrypoint, data }: Bundle, path: string): Promise<Compiled> {
  try {
    // Of this module and of no other, of the same revision neither: what is kept of a module ends with it.
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

/** With as much memory as its data need, which is measured here once, for all instances that follow. */
async function withMeasuredData(pool: WorkerPool, compiled: Compiled, path: string): Promise<Compiled> {
  const { dataPages } = await checkFacts(pool, compiled, path);
  return compiled.data === null ? compiled : { ...compiled, data: { ...compiled.data, pages: dataPages } };
}

async function checkFacts(pool: WorkerPool, compiled: Compiled, path: string): Promise<ModuleFacts> {
  const facts = await pool.facts(compiled);
  if ('endedAt' in facts || 'failure' in facts) {
    const about = compiled.data === null ? '' : `, or its data are no JSON or need more than ${DATA_MEMORY}`;
    throw invalid(path, `its module does not load${about}: ${facts.detail}`);
  }
  if (!facts.entrypoints.includes(compiled.entrypoint)) {
    throw invalid(path, `its module has no entry point ${compiled.entrypoint}`);
  }
  if (facts.missingBuiltins.length > 0) {
    throw invalid(
      path,
      `its module calls built-ins that cannot be had here: ${facts.missingBuiltins.join(', ')}`,
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
