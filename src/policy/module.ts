// One owner's module, ready to be asked: read, checked, compiled, and held against what the SDK can do, all at load,
// since a missing built-in would otherwise show only when a rule reaches it.
import { FederationError } from '../model/errors.ts';
import { type Bundle, readBundle } from './bundle.ts';
import type { WorkerPool } from './pool.ts';
import { type Projection, projectionOf } from './projection.ts';
import type { ReasonTexts } from './revision.ts';
import type { Compiled } from './worker.ts';

export interface PolicyModule {
  readonly owner: string;
  readonly revision: string;
  readonly compiled: Compiled;
  readonly projection: Projection;
  readonly reasons: ReasonTexts;
  /** Milliseconds since the epoch. */
  readonly activated: number;
}

/** Rejects with POLICY_INVALID: see {@link readBundle}; or the module does not load, or calls what the SDK has not. */
export async function loadModule(pool: WorkerPool, path: string, owner: string): Promise<PolicyModule> {
  const bundle = await readBundle(path, owner);
  const compiled = await compile(bundle, path);
  await checkFacts(pool, compiled, path);
  return {
    owner,
    revision: bundle.revision,
    compiled,
    projection: projectionOf(bundle.reads),
    reasons: bundle.reasons,
    activated: Date.now(),
  };
}

async function compile({ wasm, revision, owner, entrypoint }: Bundle, path: string): Promise<Compiled> {
  try {
    return { key: `${owner} ${revision}`, wasm: await WebAssembly.compile(wasm), entrypoint };
  } catch (cause) {
    throw invalid(path, 'its policy.wasm is not WebAssembly', cause);
  }
}

async function checkFacts(pool: WorkerPool, compiled: Compiled, path: string): Promise<void> {
  const facts = await pool.facts(compiled);
  if ('endedAt' in facts) throw invalid(path, `its module does not load: ${facts.detail}`);
  if ('failure' in facts) throw invalid(path, `its module does not load: ${facts.detail}`);
  if (!facts.entrypoints.includes(compiled.entrypoint)) {
    throw invalid(path, `its module has no entry point ${compiled.entrypoint}`);
  }
  if (facts.missingBuiltins.length > 0) {
    throw invalid(
      path,
      `its module calls built-ins that cannot be had here: ${facts.missingBuiltins.join(', ')}`,
    );
  }
}

function invalid(path: string, message: string, cause?: unknown): FederationError {
  return new FederationError('POLICY_INVALID', message, {
    at: path,
    hint: 'Build it again with `panfed policy build`.',
    cause,
  });
}
