// Values that a field never has: `input.record.sharing == "opne"` compiles and is never true. OPA does not look at a
// schema's enumerations, so that comparisons of a field with literals are looked at here.
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import type { PolicyProblem } from './problem.ts';
import { type Location, literalPath, type PolicyModule, problemAt, type Term, terms } from './syntax.ts';

/** As much of JSON Schema as the schemas of inputs use. */
export interface InputSchema {
  readonly properties?: Readonly<Record<string, InputSchema>> | undefined;
  readonly enum?: readonly string[] | undefined;
}

export const inputSchema: z.ZodType<InputSchema> = z.lazy(() =>
  z.looseObject({
    properties: z.record(z.string(), inputSchema).optional(),
    enum: z.array(z.string()).optional(),
  }),
);

/** `=`, `==`, `!=` and `in`, as OPA's syntax tree names them. */
const COMPARISONS = ['eq', 'equal', 'neq', 'internal.member_2'];

/** Comparisons of an enumerated field with a value that is not of its enumeration, with their places. */
export function valueProblems(schema: InputSchema, modules: readonly PolicyModule[]): PolicyProblem[] {
  return modules.flatMap((module) =>
    [...comparisons(module.rules)].flatMap(([one, other]) => [
      ...strangers(schema, module, one, other),
      ...strangers(schema, module, other, one),
    ]),
  );
}

function strangers(schema: InputSchema, module: PolicyModule, field: Term, values: Term): PolicyProblem[] {
  const path = fieldPath(field);
  const known = path && enumerationAt(schema, path.slice(1));
  if (!path || !known) return [];
  return literals(values)
    .filter(({ value }) => !known.includes(value))
    .map(({ value, location }) =>
      problemAt(
        module,
        location,
        `${path.join('.')} is never ${JSON.stringify(value)}`,
        `did you mean ${JSON.stringify(closest(value, known))}? There are: ${known.join(', ')}`,
      ),
    );
}

/** Both sides of each comparison: of an expression of its own, or of one within a value. */
function* comparisons(node: unknown): Generator<readonly [Term, Term]> {
  if (node === null || typeof node !== 'object') return;
  if (Array.isArray(node) && node.length >= 3 && COMPARISONS.includes(operator(node[0]))) {
    yield [node[1], node[2]];
  }
  for (const below of Object.values(node)) yield* comparisons(below);
}

function operator(term: Partial<Term> | null): string {
  if (term?.type !== 'ref' || !Array.isArray(term.value)) return '';
  return literalPath(term.value).join('.');
}

/** `['input', 'record', 'sharing']`; null for anything that is not a field by literal keys. */
function fieldPath({ type, value }: Term): string[] | null {
  if (type !== 'ref' || !Array.isArray(value)) return null;
  const path = literalPath(value);
  return path[0] === 'input' && path.length === value.length ? path : null;
}

function enumerationAt(schema: InputSchema, path: readonly string[]): readonly string[] | undefined {
  return path.reduce<InputSchema | undefined>((at, key) => at?.properties?.[key], schema)?.enum;
}

/** The literal itself, or those of a set or array. */
function literals(term: Term): { readonly value: string; readonly location: Location }[] {
  if (term.type === 'string') return [{ value: String(term.value), location: term.location }];
  if (term.type !== 'set' && term.type !== 'array') return [];
  return [...terms(term.value)]
    .filter(({ type }) => type === 'string')
    .map(({ value, location }) => ({ value: String(value), location }));
}
