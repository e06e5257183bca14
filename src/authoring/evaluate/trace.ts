// Which rules made a decision: read from OPA's own trace of evaluating the sources, in which no rule is passed over by
// an index or an early end, so that a rule that did not hold is there with the expression that failed.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FederationError } from '../../model/errors.ts';
import { reasonCode } from '../../policy/bundle/manifest.ts';
import { CAPABILITIES } from '../opa/capabilities.ts';
import { type Opa, runOpa, said } from '../opa/opa.ts';
import { inScratchFolder } from '../scratch-folder.ts';
import type { PolicyOwner } from '../source/owner.ts';
import { type PolicyModule, parsePolicy, shownPath, terms } from '../source/syntax.ts';

/** A rule that was evaluated, by its place. */
export interface TracedRule {
  /** Path, relative to the working directory. */
  readonly file: string;
  readonly line: number;
  /** The text of its first line, without the opening of a longer body. */
  readonly rule: string;
  /** Reason codes in the rule. */
  readonly codes: readonly string[];
  /** Whether it held for any of its arguments and elements. */
  readonly held: boolean;
  /** The last expression that was reached and failed, if it never held; null otherwise. */
  readonly failedAt: { readonly line: number; readonly text: string } | null;
}

export interface Trace {
  /** OPA's result from the sources: a decision, if they are correct. */
  readonly decision: unknown;
  /** In the order of files and lines. */
  readonly rules: readonly TracedRule[];
}

const eventSchema = z.object({
  Op: z.string(),
  QueryID: z.int(),
  // A rule has a head and an expression an index; a list is a body, whose expressions have their own events.
  Node: z
    .union([
      z.looseObject({ head: z.unknown().optional(), index: z.int().optional() }),
      z.array(z.unknown()).transform(() => null),
    ])
    .nullish(),
  Location: z.looseObject({ file: z.string(), row: z.int() }).nullish(),
});

const outputSchema = z.object({
  result: z
    .array(z.object({ expressions: z.array(z.object({ value: z.unknown() })).min(1) }))
    .min(1)
    .optional(),
  explanation: z.array(eventSchema),
});

const ruleSchema = z.looseObject({ location: z.object({ row: z.int() }) });

type Event = z.infer<typeof eventSchema>;

/**
 * Evaluates an owner's entry point for one input, given as JSON, and returns the decision (undefined: there
 * is none) and the rules. Rejects with POLICY_INVALID if OPA refuses the policy or writes too much, with
 * POLICY_TOO_COSTLY if it takes too long or too much memory, with OPA_MISSING if it does not start, and with
 * the system's error for a file that cannot be read or written. Without `modules`, its rule files are parsed
 * here, as {@link parsePolicy} does.
 */
export async function tracePolicy(
  opa: Opa,
  owner: PolicyOwner,
  input: string,
  modules?: readonly PolicyModule[],
): Promise<Trace> {
  const { result, explanation } = await evaluate(opa, owner, input);
  const rules = [...gather(explanation).values()];
  const codes = codesOf(modules ?? (await parsePolicy(opa, owner)));
  const sources = new Map<string, readonly string[]>();
  for (const { file } of rules) {
    if (!sources.has(file)) sources.set(file, (await readFile(join(owner.folder, file), 'utf8')).split('\n'));
  }
  const text = (file: string, line: number) => sources.get(file)?.[line - 1]?.trim() ?? '';
  return {
    decision: result?.[0]?.expressions[0]?.value,
    rules: rules
      .sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
      .map(({ file, line, held, failed }) => ({
        file: shownPath(join(owner.folder, file)),
        line,
        rule: text(file, line).replace(/\s*\bif\s*\{$|\s*[{[(]$/, ''),
        codes: codes.get(`${shownPath(join(owner.folder, file))}:${line}`) ?? [],
        held,
        failedAt: held || failed === null ? null : { line: failed.line, text: text(file, failed.line) },
      })),
  };
}

/** Reason codes by the place of their rule, `file:line`. */
function codesOf(modules: readonly PolicyModule[]): ReadonlyMap<string, readonly string[]> {
  const codes = new Map<string, readonly string[]>();
  for (const { file, rules } of modules) {
    for (const rule of rules) {
      const { location } = ruleSchema.parse(rule);
      const texts = terms(rule).flatMap(({ type, value }) => (type === 'string' ? [value] : []));
      const found = texts.filter((text): text is string => reasonCode.safeParse(text).success);
      codes.set(`${file}:${location.row}`, [...new Set(found)]);
    }
  }
  return codes;
}

async function evaluate(opa: Opa, owner: PolicyOwner, input: string) {
  return inScratchFolder('panfed-trace-', async (scratch) => {
    const file = join(scratch, 'input.json');
    await writeFile(file, input);
    // In brackets, because a facility's id may have a hyphen.
    const query = `data${owner.entrypoint
      .split('/')
      .map((key) => `[${JSON.stringify(key)}]`)
      .join('')}`;
    const given = ['--data', '.', '--ignore', '*_test.rego', '--ignore', '.*', '--input', file];
    const whole = ['--explain', 'full', '--disable-indexing', '--disable-early-exit'];
    const args = ['eval', '--format', 'json', '--capabilities', CAPABILITIES, ...given, ...whole, query];
    const run = await runOpa(opa, args, { cwd: owner.folder });
    if (run.code !== 0) {
      throw new FederationError('POLICY_INVALID', `opa eval failed: ${said(run)}`, {
        at: shownPath(owner.folder),
      });
    }
    return outputSchema.parse(JSON.parse(run.stdout));
  });
}

interface TracedPlace {
  readonly file: string;
  readonly line: number;
  held: boolean;
  /** The furthest expression that failed. */
  failed: { readonly index: number; readonly line: number } | null;
}

/** The rules by place, since a function, or a rule that others use, may be evaluated many times. */
function gather(events: readonly Event[]): Map<string, TracedPlace> {
  const rules = new Map<string, TracedPlace>();
  const byQuery = new Map<number, TracedPlace>();
  for (const { Op, QueryID, Node, Location } of events) {
    // The query itself has a place without a file.
    if (Node == null || Location == null || Location.file === '') continue;
    if (Node.head !== undefined) {
      const place = `${Location.file}:${Location.row}`;
      const rule = rules.get(place) ?? {
        file: Location.file,
        line: Location.row,
        held: false,
        failed: null,
      };
      rules.set(place, rule);
      byQuery.set(QueryID, rule);
      if (Op === 'Exit') rule.held = true;
    } else if (Op === 'Fail' && Node.index !== undefined) {
      const rule = byQuery.get(QueryID);
      if (rule !== undefined && Node.index >= (rule.failed?.index ?? -1)) {
        rule.failed = { index: Node.index, line: Location.row };
      }
    }
  }
  return rules;
}
