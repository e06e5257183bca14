// Policies for tests: Rego compiled by the real OPA into bundles in a temporary folder, and engines that run them.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import pino, { type Logger } from 'pino';
import { packBundle } from '../../src/authoring/build/archive.ts';
import { OPA_PROGRAM, opaCache } from '../../src/authoring/opa/opa.ts';
import type { Snapshot } from '../../src/catalog/snapshot.ts';
import { facilitySchema } from '../../src/config/facility.ts';
import { cacheSchema, limitsSchema } from '../../src/config/limits.ts';
import type { Clock } from '../../src/model/clock.ts';
import type { ImageRecord } from '../../src/model/image.ts';
import { digestOfData } from '../../src/policy/bundle/data.ts';
import { BUNDLE_FILES, entrypointOf } from '../../src/policy/bundle/manifest.ts';
import { type ReadPath, type ReasonTexts, revisionOf } from '../../src/policy/bundle/revision.ts';
import { createPolicyEngine, type LocalPolicyEngine } from '../../src/policy/create-engine.ts';
import type { PolicyCounters } from '../../src/policy/decisions/failures.ts';
import type { Bucket } from '../../src/policy/decisions/time.ts';
import type { DecisionLog } from '../../src/policy/log/log.ts';
import { onPath } from './real.ts';
import { disposableFolder } from './temporary-folder.ts';

const cached = join(opaCache(), OPA_PROGRAM);

export const OPA = onPath('opa') ?? (existsSync(cached) ? cached : null);

export interface TestPolicy {
  /** Rego below its package line. */
  readonly rego: string;
  readonly reads?: readonly ReadPath[];
  readonly reasons?: ReasonTexts;
  /** The bucket of a policy that reads the time. */
  readonly time?: { readonly bucket: Bucket };
  /** JSON. */
  readonly data?: Uint8Array<ArrayBuffer>;
}

/** Compiles nothing: a bundle of any bytes, with what a test wants wrong in it. */
export async function bundleOf(
  owner: string,
  { wasm, reads = [], reasons = {}, time, data }: { wasm: Uint8Array } & Partial<Omit<TestPolicy, 'rego'>>,
  wrong: { manifest?: object; metadata?: object; files?: Record<string, Uint8Array | undefined> } = {},
): Promise<Uint8Array> {
  const entrypoint = entrypointOf(owner);
  const manifest = {
    revision: revisionOf({ wasm, reads, reasons, time, data: data && (await digestOfData(data)) }),
    roots: ['panfed'],
    wasm: [{ module: BUNDLE_FILES.wasm, entrypoint }],
    metadata: { panfed: { owner, entrypoint, reads, reasons, time, opa: '1.21.1', ...wrong.metadata } },
    ...wrong.manifest,
  };
  const text = new TextEncoder();
  const files = {
    [BUNDLE_FILES.manifest]: text.encode(JSON.stringify(manifest)),
    [BUNDLE_FILES.data]: data ?? text.encode('{}'),
    [BUNDLE_FILES.wasm]: wasm,
    ...wrong.files,
  };
  // Not compressed: to compress a module takes a tenth of a second, and this bundle is read at once.
  return packBundle(
    Object.fromEntries(
      Object.entries(files).filter((entry): entry is [string, Uint8Array] => entry[1] !== undefined),
    ),
    0,
  );
}

/** A folder of its own for a test's bundles; `await using` removes it. */
export async function bundleFolder() {
  const { path, [Symbol.dispose]: remove } = disposableFolder();
  return {
    path,
    /** Compiles a policy to `<owner>.tar.gz`. */
    async compile(owner: string, policy: TestPolicy): Promise<string> {
      const wasm = await compileWasm(path, owner, policy.rego);
      return this.write(owner, await bundleOf(owner, { ...policy, wasm }));
    },
    async write(owner: string, bytes: Uint8Array): Promise<string> {
      const file = join(path, `${owner}.tar.gz`);
      await writeFile(file, bytes);
      return file;
    },
    [Symbol.asyncDispose]: async () => remove(),
  };
}

/** What OPA made in this process, by owner and text: it makes the same of the same, and takes half a second for it. */
const compiled = new Map<string, Promise<Uint8Array>>();

function compileWasm(folder: string, owner: string, rego: string): Promise<Uint8Array> {
  const key = JSON.stringify([owner, rego]);
  const known = compiled.get(key) ?? runOpa(folder, owner, rego);
  compiled.set(key, known);
  return known;
}

async function runOpa(folder: string, owner: string, rego: string): Promise<Uint8Array> {
  if (OPA === null) throw new Error('opa was not found');
  const entrypoint = entrypointOf(owner);
  const source = join(folder, `${owner}.rego`);
  const output = join(folder, `${owner}.opa.tar.gz`);
  const packages = entrypoint.split('/').slice(0, -1).join('.');
  await writeFile(source, `package ${packages}\n\n${rego}\n`);
  await promisify(execFile)(OPA, ['build', '-t', 'wasm', '-e', entrypoint, '-o', output, source]);
  const files = await unpackTar(gunzipSync(await readFile(output)));
  const wasm = files.find(({ header }) => header.name.endsWith('policy.wasm'))?.data;
  if (wasm === undefined) throw new Error('opa made no policy.wasm');
  return wasm;
}

export interface TestEngineOptions {
  readonly folder: string;
  /** Facilities whose module is `<id>.tar.gz` of the folder. */
  readonly facilities?: readonly string[];
  readonly policyDeadline?: number;
  readonly policyDataBytes?: number;
  readonly decisionBytes?: number;
  readonly verdictBytes?: number;
  readonly threads?: number;
  readonly counters?: PolicyCounters;
  readonly decisionLog?: DecisionLog;
  readonly logger?: Logger;
  /** Milliseconds since the epoch. */
  readonly clock?: Clock;
}

/** An engine over a folder of bundles; `await using` closes it. */
export async function testEngine(options: TestEngineOptions): Promise<LocalPolicyEngine & AsyncDisposable> {
  const { folder, facilities = [], policyDeadline = 10_000, threads = 1, counters } = options;
  const { decisionBytes = 16_777_216, verdictBytes = 16_777_216 } = options;
  const engine = await createPolicyEngine({
    config: {
      baseDirectory: folder,
      policies: {
        federation: 'federation.tar.gz',
        preference: 'preference.tar.gz',
        watch: 0,
        builder: 'beside',
      },
      limits: limitsSchema.parse({ policyDeadline, policyDataBytes: options.policyDataBytes }),
      cache: cacheSchema.parse({ decisionBytes, verdictBytes }),
      facilities: facilities.map((id) =>
        facilitySchema.parse({
          id,
          name: id,
          policy: `${id}.tar.gz`,
          registries: [{ key: 'main', kind: 'file', url: `${id}.yaml`, pull: `registry.${id}.example` }],
        }),
      ),
    },
    logger: options.logger ?? pino({ level: 'silent' }),
    counters,
    decisionLog: options.decisionLog,
    clock: options.clock,
    threads,
  });
  return { ...engine, [Symbol.asyncDispose]: () => engine.close() };
}

let serials = 1_000_000;

/** A snapshot of these records, of the first one's registry unless said. */
export function snapshotOf(
  records: readonly ImageRecord[],
  { facility = records[0]?.facility ?? 'esrf', registry = records[0]?.registry ?? 'main' } = {},
): Snapshot {
  return {
    serial: ++serials,
    facility,
    registry,
    generation: null,
    records,
    quarantined: [],
    quarantinedCount: 0,
    crawledAt: 0,
  };
}

/** Counters that a test can read. */
export function countingCounters() {
  const failed: { owner: string; cause: string; inputs: number }[] = [];
  const evaluated: { owner: string; inputs: number }[] = [];
  const explained: { owner: string; inputs: number }[] = [];
  const looked: { cache: string; found: boolean }[] = [];
  const refused: string[] = [];
  return {
    failed,
    evaluated,
    explained,
    looked,
    refused,
    counters: {
      evaluated: (owner: string, inputs: number) => evaluated.push({ owner, inputs }),
      explained: (owner: string, inputs: number) => explained.push({ owner, inputs }),
      failed: (owner: string, cause: string, inputs: number) => failed.push({ owner, cause, inputs }),
      looked: (cache: string, found: boolean) => looked.push({ cache, found }),
      activated: () => {},
      refused: (owner: string) => refused.push(owner),
    },
  };
}
