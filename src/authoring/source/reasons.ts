// The reason codes of a policy: every code in its rules must be described for people in an annotation
// (`custom.reasons.<CODE>`) of the same policy, and every described code must be in a rule.
import { z } from 'zod';
import { reasonCode } from '../../policy/bundle/manifest.ts';
import type { ReasonText, ReasonTexts } from '../../policy/bundle/revision.ts';
import type { Finding } from './problem.ts';
import { type Location, type PolicyModule, problemAt, type Term, terms } from './syntax.ts';

const textSchema = z.strictObject({
  message: z.string().min(1).max(1_024),
  remedy: z.string().min(1).max(1_024).nullable().default(null),
});
const describedSchema = z.record(reasonCode, textSchema);

/** A code at a place where a rule gives it. */
interface Given {
  readonly code: string;
  /** Names of its params; null: they are not literal. */
  readonly params: readonly string[] | null;
  readonly module: PolicyModule;
  readonly location: Location;
}

/** A code at the annotation that describes it. */
export interface Described extends ReasonText {
  readonly code: string;
  readonly module: PolicyModule;
  readonly location: Location;
}

export interface Reasons {
  /** By code, sorted. */
  readonly texts: ReasonTexts;
  readonly problems: readonly Finding[];
}

/**
 * The texts of a policy's reason codes, at most 1,024 characters each, by code and sorted by it, and the problems with
 * codes and texts. Never throws.
 */
export function reasonsOf(modules: readonly PolicyModule[]): Reasons {
  const problems: Finding[] = [];
  const described = describedIn(modules, problems);
  const given = modules.flatMap((module) => collectGiven(module, problems));
  for (const reason of given) problems.push(...problemsOf(reason, described.get(reason.code)));
  const codes = new Set(given.map(({ code }) => code));
  for (const [code, { module, location }] of described) {
    if (!codes.has(code)) problems.push(problemAt(module, location, `no rule gives the reason ${code}`));
  }
  const texts = [...described]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { message, remedy }]): [string, ReasonText] => [code, { message, remedy }]);
  return { texts: Object.fromEntries(texts), problems };
}

/** The descriptions of the codes, in the order of the files, for a policy without problems. */
export function describedReasons(modules: readonly PolicyModule[]): readonly Described[] {
  return [...describedIn(modules, []).values()];
}

function describedIn(modules: readonly PolicyModule[], problems: Finding[]): Map<string, Described> {
  const described = new Map<string, Described>();
  for (const module of modules) collectDescribed(module, described, problems);
  return described;
}

function collectDescribed(
  module: PolicyModule,
  described: Map<string, Described>,
  problems: Finding[],
): void {
  for (const { location, custom } of module.annotations) {
    if (custom?.reasons === undefined) continue;
    const parsed = describedSchema.safeParse(custom.reasons);
    if (!parsed.success) {
      problems.push(problemAt(module, location, `custom.reasons: ${z.prettifyError(parsed.error)}`));
      continue;
    }
    for (const [code, text] of Object.entries(parsed.data)) {
      if (described.has(code)) {
        problems.push(problemAt(module, location, `the reason ${code} is described twice`));
      }
      described.set(code, { ...text, code, module, location });
    }
  }
}

/** An object in a rule with the key `code` is a reason; its code is a literal, or that of another such object. */
function collectGiven(module: PolicyModule, problems: Finding[]): Given[] {
  return terms(module.rules).flatMap((term) => {
    const code = entry(term, 'code');
    if (code === undefined) return [];
    if (code.type === 'string') {
      const params = entry(term, 'params');
      return [
        {
          code: String(code.value),
          params: paramNames(params),
          module,
          location: code.location ?? term.location,
        },
      ];
    }
    if (!endsInCode(code)) {
      problems.push(
        problemAt(module, term.location, 'a reason’s code is not a literal', 'write it as a string'),
      );
    }
    return [];
  });
}

function problemsOf({ code, params, module, location }: Given, text: Described | undefined): Finding[] {
  if (text === undefined) {
    return [
      problemAt(
        module,
        location,
        `the reason ${code} has no message`,
        `describe it above its rule: # METADATA, # custom:, #   reasons:, #     ${code}: {message: …, remedy: …}`,
      ),
    ];
  }
  if (params === null) return [];
  return placeholders(text)
    .filter((name) => !params.includes(name))
    .map((name) =>
      problemAt(module, location, `the text of ${code} names {${name}}, which is not in its params`),
    );
}

function placeholders({ message, remedy }: ReasonText): string[] {
  return [...`${message} ${remedy ?? ''}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
}

function entry(term: Term | undefined, key: string): Term | undefined {
  if (term?.type !== 'object') return undefined;
  const pairs = term.value as readonly (readonly [Term, Term])[];
  return pairs.find(([name]) => name.type === 'string' && name.value === key)?.[1];
}

function paramNames(params: Term | undefined): string[] | null {
  if (params?.type !== 'object') return null;
  return (params.value as readonly (readonly [Term, Term])[]).map(([name]) => String(name.value));
}

/** Whether it is the code of another reason, such as `why.code`. */
function endsInCode(term: Term): boolean {
  if (term.type !== 'ref') return false;
  const last = (term.value as readonly Term[]).at(-1);
  return last?.type === 'string' && last.value === 'code';
}
