// Records the inputs with which an owner's tests evaluate its entry point. OPA's traces do not contain the input, so a
// rule is added to the owner's that prints it and never has a value. It is added for this run only, in a separate
// folder.
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FederationError } from '../../model/errors.ts';
import { capabilitiesWith } from '../opa/capabilities.ts';
import { jsonOf, type Opa, runOpa, said } from '../opa/opa.ts';
import { inScratchFolder } from '../scratch-folder.ts';
import type { PolicyOwner } from '../source/owner.ts';
import { shownPath } from '../source/syntax.ts';

/** Inputs as JSON, each once, by the test that uses them: see {@link testKey}. */
export type Questions = ReadonlyMap<string, readonly string[]>;

/** The key of a test in OPA's results, `<package> <name>`: names are unique only in a package. */
export function testKey(test: { readonly package: string; readonly name: string }): string {
  return `${test.package} ${test.name}`;
}

const outputsSchema = z.array(
  z.object({ package: z.string(), name: z.string(), output: z.base64().optional() }),
);

/**
 * The inputs, as JSON, of each of the owner's tests, by {@link testKey}; a test may take 10 s. Rejects with
 * POLICY_INVALID if OPA does not run the tests, as {@link runOpa} does, with POLICY_TOO_COSTLY or
 * OPA_MISSING, and as {@link inScratchFolder} does.
 */
export async function questionsOf(opa: Opa, owner: PolicyOwner): Promise<Questions> {
  return inScratchFolder('panfed-questions-', async (folder) => {
    const capabilities = join(folder, 'capabilities.json');
    await writeFile(capabilities, await capabilitiesWith(RECORDING));
    const mark = randomUUID();
    let refused = '';
    for (const recorder of recorders(owner, mark)) {
      const file = join(folder, 'recorder.rego');
      await writeFile(file, recorder);
      const limits = ['--capabilities', capabilities, '--timeout', '10s'];
      const run = await runOpa(opa, ['test', '--format', 'json', ...limits, '.', file], {
        cwd: owner.folder,
      });
      const parsed = outputsSchema.safeParse(jsonOf(run.stdout));
      if (parsed.success) {
        return new Map(parsed.data.map((test) => [testKey(test), recorded(test.output ?? '', mark)]));
      }
      refused = said(run);
    }
    throw new FederationError('POLICY_INVALID', refused, { at: shownPath(owner.folder) });
  });
}

/** The recorder for a rule with one value, and for one that is defined by keys: the two do not compile together. */
function recorders(owner: PolicyOwner, mark: string): string[] {
  const names = owner.package.map((key, index) => (index === 0 ? key : `[${JSON.stringify(key)}]`));
  const rule = owner.entrypoint.split('/').at(-1);
  const print = `print(${JSON.stringify(mark)}, json.marshal(input))`;
  const start = `package ${names.join('')}\n\n`;
  return [
    `${start}${rule} := null if {\n\t${print}\n\tfalse\n}\n`,
    `${start}${rule}[key] := null if {\n\tsome key in [${JSON.stringify(mark)}]\n\t${print}\n\tfalse\n}\n`,
  ];
}

/** The inputs in a test's output: the recorder's lines, not the test's own. Without an input there is no JSON. */
function recorded(output: string, mark: string): string[] {
  const lines = Buffer.from(output, 'base64').toString('utf8').split('\n');
  const inputs = lines
    .filter((line) => line.startsWith(`${mark} {`))
    .map((line) => line.slice(mark.length + 1));
  return [...new Set(inputs)];
}

/** Built-ins for the recorder; the text of `print` goes only to OPA's results. */
const RECORDING = [
  { name: 'json.marshal', decl: { type: 'function', args: [{ type: 'any' }], result: { type: 'string' } } },
  { name: 'print', decl: { type: 'function', variadic: { type: 'any' } } },
  {
    name: 'internal.print',
    decl: { type: 'function', args: [{ type: 'array', dynamic: { type: 'set', of: { type: 'any' } } }] },
  },
];
