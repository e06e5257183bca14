// What OPA's own evaluator answers, input by input, and whether a compiled module's answer is the same.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLosslessNumber, LosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { parseExact } from '../../policy/wasm/exact-json.ts';
import type { Answer } from '../../policy/wasm/sandbox.ts';
import { CAPABILITIES } from '../opa/capabilities.ts';
import { type Opa, runOpa, said } from '../opa/opa.ts';
import { inScratchFolder } from '../scratch-folder.ts';

/** A rule's result for one input: a value, nothing, or an error such as two values for one rule. */
export type OpaAnswer =
  | {
      readonly value: unknown;
      /** Paths of keys, from the value's root, to its sets, which JSON shows as lists. */
      readonly sets: readonly (readonly unknown[])[];
    }
  | { readonly undefined: true }
  | { readonly error: string };

export interface Rules {
  /** The folder that OPA is started in; tests and hidden files in it are ignored. */
  readonly folder: string;
  /** As keys below `data`. */
  readonly rule: readonly string[];
  /** Arguments that name the built-ins; those of policies by default. */
  readonly capabilities?: readonly string[];
}

const answersSchema = z.array(
  z.array(z.object({ value: z.unknown(), sets: z.array(z.array(z.unknown())) })).max(1),
);
const resultSchema = z.object({
  result: z.tuple([z.object({ expressions: z.tuple([z.object({ value: answersSchema })]) })]),
});
const errorsSchema = z.object({ errors: z.array(z.object({ message: z.string() })).min(1) });

/**
 * One answer for each input, given as JSON, in their order, by rules that compile; none for no inputs. One
 * run of OPA, of 10 s at most, unless an input causes an error, which ends the run: the inputs are then
 * halved until that one is alone. Rejects as {@link runOpa} does, with POLICY_TOO_COSTLY, POLICY_INVALID or
 * OPA_MISSING, and as {@link inScratchFolder} does.
 */
export async function opaAnswers(opa: Opa, rules: Rules, inputs: readonly string[]): Promise<OpaAnswer[]> {
  if (inputs.length === 0) return [];
  return inScratchFolder('panfed-answers-', async (scratch) => {
    return await answered(opa, rules, inputs, join(scratch, 'inputs.json'));
  });
}

async function answered(
  opa: Opa,
  rules: Rules,
  inputs: readonly string[],
  file: string,
): Promise<OpaAnswer[]> {
  await writeFile(file, `[${inputs.join(',\n')}]`);
  const given = ['--data', '.', '--ignore', '*_test.rego', '--ignore', '.*', '--input', file];
  const limits = [...(rules.capabilities ?? ['--capabilities', CAPABILITIES]), '--timeout', '10s'];
  const args = ['eval', '--format', 'json', ...given, ...limits, queryOf(rules.rule)];
  const run = await runOpa(opa, args, { cwd: rules.folder });
  const output = exactJsonOf(run.stdout);
  const parsed = resultSchema.safeParse(output);
  if (parsed.success) {
    const [{ expressions }] = parsed.data.result;
    return expressions[0].value.map(([answer]) => answer ?? { undefined: true });
  }
  if (inputs.length === 1) {
    const errors = errorsSchema.safeParse(output);
    return [{ error: errors.data?.errors[0]?.message ?? said(run) }];
  }
  const half = Math.ceil(inputs.length / 2);
  return [
    ...(await answered(opa, rules, inputs.slice(0, half), file)),
    ...(await answered(opa, rules, inputs.slice(half), file)),
  ];
}

const large = (digits: string) => new LosslessNumber(digits);

/** undefined: the text is not JSON. */
function exactJsonOf(text: string): unknown {
  try {
    return parseExact(text, large);
  } catch {
    return undefined;
  }
}

function queryOf(rule: readonly string[]): string {
  const data = `data${rule.map((key) => `[${JSON.stringify(key)}]`).join('')}`;
  const sets = '[path | walk(value, [path, below]); is_set(below)]';
  const answer = `[{"value": value, "sets": ${sets}} | value := ${data} with input as one]`;
  return `[answer | some one in input; answer := ${answer}]`;
}

/**
 * The difference between OPA's answer and the compiled module's, for people; null: they are the same. Numbers are
 * compared exactly, and sets without their order.
 */
export function difference(expected: OpaAnswer, answer: Answer): string | null {
  const compiled = typeof answer === 'string' ? null : answer.failure;
  const shown = typeof answer === 'string' ? answer : `${answer.failure}: ${answer.detail}`;
  if ('error' in expected) {
    return compiled === 'threw' ? null : `OPA: an error, ${expected.error}; compiled: ${shown}`;
  }
  if ('undefined' in expected) {
    return compiled === 'undefined' ? null : `OPA: undefined; compiled: ${shown}`;
  }
  const sets = new Set(expected.sets.map(pathKey));
  const wanted = canonical(expected.value, sets, []);
  if (typeof answer === 'string' && canonical(parseExact(answer, large), sets, []) === wanted) return null;
  return `OPA: ${wanted}; compiled: ${shown}`;
}

/**
 * JSON with the keys of objects and the members of sets in one order: a compiled module writes a set in the order of
 * its memory. A value within a set has no path (null), so lists in it are compared without their order.
 */
function canonical(value: unknown, sets: ReadonlySet<string>, path: readonly unknown[] | null): string {
  const below = (key: unknown) => (path === null ? null : [...path, key]);
  if (Array.isArray(value)) {
    const isSet = path === null || sets.has(pathKey(path));
    const members = value.map((member, index) => canonical(member, sets, isSet ? null : below(index)));
    return `[${(isSet ? members.sort() : members).join(',')}]`;
  }
  if (isLosslessNumber(value)) return value.toString();
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member, sets, below(key))}`);
  return `{${entries.join(',')}}`;
}

/** Keys as JSON writes them, which are strings. */
function pathKey(path: readonly unknown[]): string {
  return JSON.stringify(path.map(String));
}
