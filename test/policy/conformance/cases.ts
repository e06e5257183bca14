// The cases of this folder: each rule of each `.rego` file is one, and input.json is the input of all. One more rule,
// `answer`, gives the value of the case that its input names, so that all of them are one module with one entry point.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOpaBuild } from '../../../src/authoring/opa/module.ts';
import { type Opa, runOpa, said } from '../../../src/authoring/opa/opa.ts';
import { terms } from '../../../src/authoring/source/syntax.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** Where the answer is, as keys below `data`. */
export const RULE = ['panfed', 'conformance', 'answer'];

/** JSON that all cases are given as `input.given`: as text, since its numbers are larger than JavaScript's. */
export const GIVEN = readFileSync(join(FOLDER, 'input.json'), 'utf8');

export interface Topic {
  readonly name: string;
  readonly text: string;
  /** `panfed.conformance.numbers` */
  readonly package: string;
  /** Rules without arguments, each once. */
  readonly cases: readonly string[];
  /** Built-ins that it calls, operators included. */
  readonly builtins: ReadonlySet<string>;
}

interface ParsedModule {
  readonly package: { readonly path: readonly { readonly value: string }[] };
  readonly rules: readonly { readonly head: { readonly name: string; readonly args?: readonly unknown[] } }[];
}

/** Parses the topics of a folder of `.rego` files below this one. */
export async function topicsOf(opa: Opa, folder = '.'): Promise<Topic[]> {
  const names = readdirSync(join(FOLDER, folder)).filter((name) => name.endsWith('.rego'));
  return Promise.all(
    names.sort().map(async (name) => {
      const file = join(FOLDER, folder, name);
      const run = await runOpa(opa, ['parse', '--format', 'json', '--json-include', 'locations', file]);
      if (run.code !== 0) throw new Error(said(run));
      const module: ParsedModule = JSON.parse(run.stdout);
      return {
        name: name.replace('.rego', ''),
        text: readFileSync(file, 'utf8'),
        package: module.package.path
          .slice(1)
          .map(({ value }) => value)
          .join('.'),
        cases: casesOf(module),
        builtins: new Set(calledIn(module.rules)),
      };
    }),
  );
}

/** A rule of which a case is made has no arguments; `given` is only a name for a part of the input. */
function casesOf({ rules }: ParsedModule): string[] {
  const plain = rules.filter(({ head }) => head.args === undefined && head.name !== 'given');
  return [...new Set(plain.map(({ head }) => head.name))];
}

/** Names as in capabilities: operators and templates have one as well. */
function calledIn(rules: readonly unknown[]): string[] {
  return [...terms(rules)].flatMap(({ type, value }) => {
    if (type === 'templatestring') return ['internal.template_string'];
    return type === 'ref' ? [(value as { value: string }[]).map((part) => part.value).join('.')] : [];
  });
}

/** A folder with the topics and the rule that chooses; `using` removes it. */
export function gathered(topics: readonly Topic[]) {
  const path = mkdtempSync(join(tmpdir(), 'panfed-conformance-'));
  for (const { name, text } of topics) writeFileSync(join(path, `${name}.rego`), text);
  const choices = topics.flatMap((topic) =>
    topic.cases.map(
      (name) =>
        `answer := data.${topic.package}.${name} if input.name == ${JSON.stringify(`${topic.name}: ${name}`)}\n`,
    ),
  );
  writeFileSync(join(path, 'answer.rego'), `package panfed.conformance\n\n${choices.join('\n')}`);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Compiles what is gathered in a folder; rejects with OPA's message. `capabilities` are OPA's arguments for them. */
export async function compiled(
  opa: Opa,
  folder: string,
  rule: readonly string[],
  capabilities: readonly string[],
): Promise<WebAssembly.Module> {
  const output = join(folder, 'bundle.tar.gz');
  const args = ['build', '--target', 'wasm', '--entrypoint', rule.join('/'), ...capabilities];
  const run = await runOpa(opa, [...args, '--output', output, '.'], { cwd: folder });
  if (run.code !== 0) throw new Error(said(run));
  const { wasm } = await readOpaBuild(output);
  rmSync(output);
  return WebAssembly.compile(wasm);
}
