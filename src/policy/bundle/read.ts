// Reads a policy bundle, `policies/bundle/<owner>.tar.gz`, and believes nothing of it: sizes are bounded, its shape,
// owner and entry point are checked, and its revision is computed from what it holds.

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar';
import { z } from 'zod';
import { readBounded, TOO_LARGE } from '../../config/bounded-file.ts';
import { FederationError } from '../../model/errors.ts';
import { limitText } from '../../model/size.ts';
import type { Bucket } from '../decisions/time.ts';
import { digestOfData, saysNothing } from './data.ts';
import {
  BUNDLE_BYTES,
  BUNDLE_FILES,
  DATA_BYTES,
  entrypointOf,
  type Manifest,
  manifestSchema,
  optionalEntrypointsOf,
  type PolicySource,
} from './manifest.ts';
import { type ReadPath, type ReasonTexts, revisionOf } from './revision.ts';

export interface Bundle {
  /** `federation`, `preference` or a facility's id. */
  readonly owner: string;
  readonly entrypoint: string;
  /** Entry points besides that: those that an owner's module may have, as `optionalEntrypointsOf` gives them. */
  readonly more: readonly string[];
  /** `sha256:<64 hex>`, over what decides; see `revisionOf`. */
  readonly revision: string;
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly reads: readonly ReadPath[];
  readonly reasons: ReasonTexts;
  /** The time bucket that it declares, in seconds; null: it does not read the time. */
  readonly bucket: Bucket | null;
  /** JSON; null: it has none. Loading the module checks that it is JSON. */
  readonly data: Uint8Array<ArrayBuffer> | null;
  /** The lab's own archive that it was built from; null: it was not. */
  readonly source: PolicySource | null;
}

/**
 * The bundle in the file at `path`, checked against OPA's bundle format and panfed's manifest. `owner`: `federation`,
 * `preference` or a facility's id. Rejects with POLICY_INVALID if the file is missing, larger than {@link BUNDLE_BYTES}
 * (48 MiB, packed or not), damaged, of another owner, or of another revision than it states.
 */
export async function readBundle(path: string, owner: string): Promise<Bundle> {
  return parseBundle(await bytesOf(path), path, owner);
}

/**
 * As {@link readBundle}, for a bundle (a gzipped tar) that was read already; errors, POLICY_INVALID, name `path`.
 * Unpacked, it has at most {@link BUNDLE_BYTES} (48 MiB), and its data.json 32 MiB.
 */
export async function parseBundle(packed: Uint8Array, path: string, owner: string): Promise<Bundle> {
  const files = await unpack(packed, path);
  const manifest = parseManifest(required(files, BUNDLE_FILES.manifest, path), path);
  const data = dataOf(files, path);
  const { panfed } = manifest.metadata;
  if (panfed.owner !== owner) {
    throw invalid(path, `the bundle is ${quoted(panfed.owner)}’s and was expected to be ${quoted(owner)}’s`);
  }
  const entrypoint = entrypointOf(owner);
  const [first, ...more] = manifest.wasm.map((module) => module.entrypoint);
  if (panfed.entrypoint !== entrypoint || first !== entrypoint) {
    throw invalid(path, `the entry point is not ${entrypoint}`);
  }
  const unknown = more.find((one) => !optionalEntrypointsOf(owner).includes(one));
  if (unknown !== undefined)
    throw invalid(path, `it has the entry point ${quoted(unknown)}, which is not known`);
  const wasm = Uint8Array.from(required(files, BUNDLE_FILES.wasm, path));
  const { reads, reasons, time } = panfed;
  const revision = revisionOf({
    wasm,
    reads,
    reasons,
    time,
    more,
    data: data === null ? undefined : await digestOfData(data),
  });
  if (manifest.revision !== revision) {
    throw invalid(path, `the bundle calls itself ${manifest.revision} and holds ${revision}`);
  }
  return {
    owner,
    entrypoint,
    more,
    revision,
    wasm,
    reads,
    reasons,
    bucket: time?.bucket ?? null,
    data,
    source: panfed.source ?? null,
  };
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    return await readBounded(path, BUNDLE_BYTES);
  } catch (cause) {
    const large = (cause as NodeJS.ErrnoException).code === TOO_LARGE;
    if (large) throw invalid(path, `the bundle is larger than ${limitText(BUNDLE_BYTES)}`);
    throw invalid(path, 'the bundle cannot be read', cause);
  }
}

async function unpack(packed: Uint8Array, path: string): Promise<ReadonlyMap<string, Uint8Array>> {
  try {
    const tar = await promisify(gunzip)(packed, { maxOutputLength: BUNDLE_BYTES });
    const files = new Map<string, Uint8Array>();
    for (const { header, data } of await unpackTar(tar, { strict: true })) {
      const name = `/${header.name.replace(/^\/+/, '')}`;
      if (files.has(name)) throw invalid(path, `the bundle holds ${quoted(name)} twice`);
      if (data !== undefined) files.set(name, data);
    }
    return files;
  } catch (cause) {
    if (cause instanceof FederationError) throw cause;
    throw invalid(
      path,
      `the bundle is not a gzipped tar archive of at most ${limitText(BUNDLE_BYTES)}`,
      cause,
    );
  }
}

function required(files: ReadonlyMap<string, Uint8Array>, name: string, path: string): Uint8Array {
  const data = files.get(name);
  if (data === undefined) throw invalid(path, `the bundle has no ${name}`);
  return data;
}

function parseManifest(data: Uint8Array, path: string): Manifest {
  const json = parseJson(data, path, BUNDLE_FILES.manifest);
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw invalid(path, `its .manifest is not panfed’s: ${z.prettifyError(parsed.error)}`);
}

/** null for no file and for an empty object, which OPA writes for a policy without data. */
function dataOf(files: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array<ArrayBuffer> | null {
  const data = files.get(BUNDLE_FILES.data);
  if (data === undefined || saysNothing(data)) return null;
  if (data.byteLength > DATA_BYTES)
    throw invalid(path, `its data.json has more than ${limitText(DATA_BYTES)}`);
  return Uint8Array.from(data);
}

function parseJson(data: Uint8Array, path: string, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch (cause) {
    throw invalid(path, `its ${name} is not JSON`, cause);
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 64));
}

function invalid(path: string, message: string, cause?: unknown): FederationError {
  return new FederationError('POLICY_INVALID', message, {
    at: path,
    hint: 'Build it again with `panfed policy build`.',
    cause,
  });
}
