// Reads the WASM module that OPA compiled from OPA's own bundle, and the built-ins that it needs from its host.
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import { unpackTar } from 'modern-tar';
import { FederationError } from '../../model/errors.ts';
import { BUNDLE_BYTES, BUNDLE_FILES } from '../../policy/bundle/manifest.ts';

/** The output of `opa build -t wasm`. */
export interface OpaBuild {
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** JSON as OPA writes it: of two equal keys it has the one that OPA evaluates. `{}`: no data. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/**
 * The module and the data in a bundle that `opa build -t wasm` wrote, at most {@link BUNDLE_BYTES} (48 MiB)
 * unpacked. Rejects with INTERNAL if one is missing, and with the error of the file system, of zlib or of the
 * reader of the archive.
 */
export async function readOpaBuild(bundle: string): Promise<OpaBuild> {
  const tar = gunzipSync(await readFile(bundle), { maxOutputLength: BUNDLE_BYTES });
  const entries = await unpackTar(tar);
  const file = (name: string): Uint8Array<ArrayBuffer> => {
    const found = entries.find(({ header }) => `/${header.name.replace(/^\/+/, '')}` === name)?.data;
    if (found === undefined) throw new FederationError('INTERNAL', `OPA wrote no ${name}`, { at: bundle });
    return Uint8Array.from(found);
  };
  return { wasm: file(BUNDLE_FILES.wasm), data: file(BUNDLE_FILES.data) };
}

/**
 * Names of the built-ins that the module calls in its host: OPA's WASM ABI gives them as zero-terminated
 * JSON. Rejects with INTERNAL if the module does not have that ABI, and with WebAssembly's error if the bytes
 * are no module. https://www.openpolicyagent.org/docs/wasm
 */
export async function importedBuiltins(wasm: Uint8Array<ArrayBuffer>): Promise<Set<string>> {
  const { mem, wasmInstance } = await loadPolicy(wasm);
  const { builtins, opa_json_dump } = (wasmInstance as WebAssembly.Instance).exports;
  if (typeof builtins !== 'function' || typeof opa_json_dump !== 'function') {
    throw new FederationError('INTERNAL', 'the module is not one of OPA’s');
  }
  const start = opa_json_dump(builtins());
  const memory = new Uint8Array(mem.buffer);
  const text = new TextDecoder().decode(memory.subarray(start, memory.indexOf(0, start)));
  return new Set(Object.keys(JSON.parse(text) as Record<string, number>));
}
