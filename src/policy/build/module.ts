// The WASM module that OPA compiles: taken out of OPA's own bundle, and asked what it needs of its host.
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import { unpackTar } from 'modern-tar';
import { FederationError } from '../../model/errors.ts';
import { BUNDLE_BYTES, BUNDLE_FILES } from '../manifest.ts';

/** The module in a bundle that `opa build -t wasm` wrote. */
export async function compiledModule(bundle: string): Promise<Uint8Array<ArrayBuffer>> {
  const tar = gunzipSync(await readFile(bundle), { maxOutputLength: BUNDLE_BYTES });
  for (const { header, data } of await unpackTar(tar)) {
    if (`/${header.name.replace(/^\/+/, '')}` === BUNDLE_FILES.wasm && data !== undefined) {
      return Uint8Array.from(data);
    }
  }
  throw new FederationError('INTERNAL', `OPA wrote no ${BUNDLE_FILES.wasm}`, { at: bundle });
}

/** Names of the built-ins that the module calls in its host: OPA's WASM ABI has them as JSON, ended by a zero. */
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
