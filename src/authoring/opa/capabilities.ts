// The built-ins that a policy may use: those that OPA compiles into the module itself, without clock, network,
// environment and randomness. Built-ins that the host would have to supply are left out: they could differ in tests.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FederationError } from '../../model/errors.ts';
import { inScratchFolder } from '../scratch-folder.ts';
import { OWN_POLICIES } from '../source/owner.ts';
import { importedBuiltins, readOpaBuild } from './module.ts';
import { type Opa, runOpa, said } from './opa.ts';
import { NARROWED, WASM_DIVERGENCE } from './wasm-divergence.ts';

/** The committed file, which OPA gets whenever it compiles or tests a policy. */
export const CAPABILITIES = join(OWN_POLICIES, 'capabilities.json');

/** Clock, network, environment and randomness, whether or not some version of OPA compiles them. */
const OUTSIDE = /^(time|http|net|opa|rand|uuid|providers)\./;

interface Builtin {
  readonly name: string;
  readonly decl: { readonly args?: readonly unknown[] };
  readonly nondeterministic?: boolean;
}

/** `:=` is part of the language: OPA rewrites it before anything runs, and it cannot be called by its name. */
const LANGUAGE = ['assign'];

/** Removed by the compiler, and refused by `opa check --strict`. */
const DEBUGGING = ['print', 'internal.print', 'trace'];

/**
 * The text of policies/capabilities.json (JSON), from OPA itself: every built-in is called in one probe,
 * which is compiled; the module's `builtins()` names those that a host would have to supply. Rejects with
 * INTERNAL if the probe fails, as {@link runOpa} does, and with Node's error where the temporary folder
 * cannot be written.
 */
export async function generateCapabilities(opa: Opa): Promise<string> {
  const run = await runOpa(opa, ['capabilities', '--current']);
  const current = JSON.parse(run.stdout) as { builtins: Builtin[] };
  const { callable, imported } = await probe(opa, current.builtins);
  const builtins = current.builtins
    .filter(({ name }) => LANGUAGE.includes(name) || (callable.has(name) && !imported.has(name)))
    .filter(({ name, nondeterministic }) => nondeterministic !== true && !DEBUGGING.includes(name))
    .filter(({ name }) => !OUTSIDE.test(name) && !Object.hasOwn(WASM_DIVERGENCE, name))
    .map(({ name, decl, ...rest }) => ({
      name,
      decl: withoutProse(narrowed(name, decl)),
      ...waysOfCalling(rest),
    }));
  // No hosts either: otherwise OPA would fetch the schemas that a policy's annotations refer to.
  return `${JSON.stringify({ ...current, builtins, allow_net: [] }, null, 2)}\n`;
}

/** Built-ins that Rego v1 can call, and those of them that are not in the module itself. */
async function probe(opa: Opa, builtins: readonly Builtin[]) {
  return inScratchFolder('panfed-probe-', async (folder) => {
    let callable = builtins.filter(({ name }) => !LANGUAGE.includes(name));
    // A few tries are enough: OPA reports its errors in stages, and deprecated built-ins with the first of them.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await writeFile(join(folder, 'probe.rego'), `package probe\n\n${callable.map(call).join('\n')}\n`);
      const args = [
        'build',
        '--target',
        'wasm',
        '--entrypoint',
        'probe/calls',
        '--output',
        'probe.tar.gz',
        '.',
      ];
      const run = await runOpa(opa, args, { cwd: folder });
      if (run.code === 0) {
        const { wasm } = await readOpaBuild(join(folder, 'probe.tar.gz'));
        return {
          callable: new Set(callable.map(({ name }) => name)),
          imported: await importedBuiltins(wasm),
        };
      }
      const refused = [...said(run).matchAll(/built-in function calls in expression: (\S+)$/gm)].map(
        ([, name]) => name,
      );
      if (refused.length === 0) throw new FederationError('INTERNAL', `the probe fails: ${said(run)}`);
      callable = callable.filter(({ name }) => !refused.includes(name));
    }
    throw new FederationError('INTERNAL', 'the probe of the built-ins does not compile');
  });
}

function call({ name, decl }: Builtin): string {
  const args = (decl.args ?? []).map((_, index) => `input.x${index}`);
  return `calls contains ${JSON.stringify(name)} if ${name}(${args.join(', ')})`;
}

function narrowed(name: string, decl: object): object {
  return name in NARROWED ? { ...decl, args: NARROWED[name] } : decl;
}

/**
 * `infix`: an operator; `relation`: many results, one after the other. Without `relation`, `walk` compiles to nothing.
 */
function waysOfCalling(rest: object): object {
  return Object.fromEntries(Object.entries(rest).filter(([key]) => key === 'infix' || key === 'relation'));
}

/**
 * OPA's capabilities as JSON text: the committed file with more built-ins, for OPA's runs beside a policy. Rejects with
 * the file system's error if it cannot be read.
 */
export async function capabilitiesWith(more: readonly object[]): Promise<string> {
  const capabilities = JSON.parse(await readFile(CAPABILITIES, 'utf8')) as { builtins: readonly object[] };
  return JSON.stringify({ ...capabilities, builtins: [...capabilities.builtins, ...more] });
}

/** Types without descriptions, which are documentation and not part of a capability. */
function withoutProse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutProse);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, below]) => key !== 'description' || typeof below !== 'string')
      .map(([key, below]) => [key, withoutProse(below)]),
  );
}
