// A committed bundle as a function: the module alone, evaluated in this process, without the engine around it.
import { fileURLToPath } from 'node:url';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import { readBundle } from '../../src/policy/bundle.ts';

/** Evaluates the committed module of an owner; undefined where its entry point is undefined. */
export async function committedModule(owner: string): Promise<(input: unknown) => unknown> {
  const path = fileURLToPath(new URL(`../../policies/bundle/${owner}.tar.gz`, import.meta.url));
  const { wasm, entrypoint } = await readBundle(path, owner);
  const policy = await loadPolicy(wasm, { initial: 128, maximum: 1_024 });
  return (input) => {
    const results = policy.evaluate(input as object, entrypoint) as readonly { result: unknown }[];
    return results[0]?.result;
  };
}
