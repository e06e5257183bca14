// A policy's modules as OPA parses them: a JSON tree whose nodes have file, line and column. It has what OPA's own
// checks do not report: the package, the places of references, and the reason codes in rules and annotations.
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { FederationError } from '../../model/errors.ts';
import { type Opa, runOpa, said } from '../opa/opa.ts';
import { policyFiles } from './files.ts';
import type { PolicyOwner } from './owner.ts';
import type { Finding } from './problem.ts';

const locationSchema = z.object({ row: z.int(), col: z.int() });
export type Location = z.infer<typeof locationSchema>;

const termSchema = z.object({ type: z.string(), value: z.unknown(), location: locationSchema });

const moduleSchema = z.looseObject({
  package: z.object({ location: locationSchema, path: z.array(z.object({ value: z.string() })) }),
  annotations: z
    .array(z.looseObject({ location: locationSchema, custom: z.record(z.string(), z.unknown()).optional() }))
    .default([]),
  imports: z
    .array(z.object({ path: z.object({ value: z.array(termSchema).min(1) }), alias: z.string().optional() }))
    .default([]),
  rules: z.array(z.unknown()).default([]),
  // Text is base64; the keys of locations are spelled differently from those of terms.
  comments: z
    .array(z.object({ Text: z.string(), Location: locationSchema }))
    .nullable()
    .default([]),
});

export interface PolicyModule {
  /** Path for people, relative to the working directory. */
  readonly file: string;
  /** `['panfed', 'federation']`. */
  readonly package: readonly string[];
  readonly packageLocation: Location;
  readonly annotations: readonly {
    readonly location: Location;
    readonly custom?: Readonly<Record<string, unknown>> | undefined;
  }[];
  readonly imports: readonly Import[];
  readonly rules: readonly unknown[];
  readonly comments: readonly Comment[];
}

/** `import data.panfed.facility.kit.levels as limits`. */
export interface Import {
  /** The name that the module uses for it. */
  readonly name: string;
  readonly path: readonly Term[];
}

export interface Comment {
  /** The text after the `#`. */
  readonly text: string;
  /** Whether nothing else is on its line. */
  readonly alone: boolean;
  readonly location: Location;
}

/** A term of Rego: `{type: 'ref', value: […]}`, `{type: 'string', value: 'x'}`, … */
export interface Term {
  readonly type: string;
  readonly value: unknown;
  readonly location: Location;
}

/** A file's path for people: relative to the working directory, which is `.` itself. */
export function shownPath(file: string): string {
  return relative(process.cwd(), file) || '.';
}

/** OPA's tree of a file, JSON; or why OPA cannot parse it. */
export type ParsedFile = { readonly tree: unknown } | { readonly refused: string };

/** Parses one of an owner's files, by its path from the owner's folder. */
export type ParseFile = (name: string) => Promise<ParsedFile>;

/**
 * A function that parses the owner's files by OPA, which reads nothing else then; each file once, however
 * often it is asked for. It rejects as {@link runOpa} does, with POLICY_TOO_COSTLY, POLICY_INVALID or
 * OPA_MISSING.
 */
export function parserOf(opa: Opa, owner: PolicyOwner): ParseFile {
  const parsed = new Map<string, Promise<ParsedFile>>();
  return (name) => {
    const parsing = parsed.get(name) ?? parseFile(opa, owner, name);
    parsed.set(name, parsing);
    return parsing;
  };
}

async function parseFile(opa: Opa, owner: PolicyOwner, name: string): Promise<ParsedFile> {
  const args = ['parse', '--format', 'json', '--json-include', 'locations,comments', name];
  const run = await runOpa(opa, args, { cwd: owner.folder }).catch((cause: unknown) => {
    throw tooMuch(cause, join(owner.folder, name));
  });
  return run.code === 0 ? { tree: JSON.parse(run.stdout) } : { refused: said(run) };
}

/**
 * The modules of an owner's rule files, sorted by name, parsed one after the other, since each OPA takes
 * memory and the author chose their number; `parse`, by default that of {@link parserOf}, gives the tree of one. Only
 * for files that `opa check` accepted: rejects with INTERNAL otherwise, as {@link runOpa} does, with POLICY_TOO_COSTLY,
 * POLICY_INVALID or OPA_MISSING, and with the system's error for a file that cannot be read.
 */
export async function parsePolicy(
  opa: Opa,
  owner: PolicyOwner,
  parse = parserOf(opa, owner),
): Promise<PolicyModule[]> {
  const modules: PolicyModule[] = [];
  for (const name of policyFiles(owner).rules) modules.push(await parseModule(owner, name, parse));
  return modules;
}

async function parseModule(owner: PolicyOwner, name: string, parse: ParseFile): Promise<PolicyModule> {
  const file = join(owner.folder, name);
  const [parsed, source] = await Promise.all([parse(name), readFile(file, 'utf8')]);
  const lines = source.split('\n');
  if ('refused' in parsed) {
    throw new FederationError('INTERNAL', `opa parse refused ${name}: ${parsed.refused}`);
  }
  const { package: named, annotations, imports, rules, comments } = moduleSchema.parse(parsed.tree);
  return {
    file: shownPath(file),
    package: named.path.slice(1).map(({ value }) => value),
    packageLocation: named.location,
    annotations,
    imports: imports.map(({ path, alias }) => ({
      name: alias ?? String(path.value.at(-1)?.value),
      path: path.value,
    })),
    rules,
    comments: (comments ?? []).map(({ Text, Location }) => ({
      text: Buffer.from(Text, 'base64').toString('utf8'),
      alone: /^\s*#/.test(lines[Location.row - 1] ?? ''),
      location: Location,
    })),
  };
}

/** The error for a file that exceeds OPA's bounds of time or output. */
function tooMuch(cause: unknown, file: string): unknown {
  if (!(cause instanceof FederationError) || cause.code !== 'POLICY_INVALID') return cause;
  return new FederationError(cause.code, cause.message, {
    at: shownPath(file),
    hint: 'the file is too large or too deeply nested: split it',
    cause,
  });
}

/** Every term below a node, outermost first; none for what is no object. */
export function terms(node: unknown): Term[] {
  const found: Term[] = [];
  if (typeof node === 'object' && node !== null) collectTerms(node, found);
  return found;
}

function collectTerms(node: object, found: Term[]): void {
  if (!Array.isArray(node) && isTerm(node)) found.push(node);
  for (const [key, below] of Object.entries(node)) {
    if (key !== 'location' && typeof below === 'object' && below !== null) collectTerms(below, found);
  }
}

function isTerm(node: object): node is Term {
  return 'type' in node && typeof node.type === 'string' && 'value' in node && 'location' in node;
}

/**
 * A reference's head and its keys up to the first that is no text, as a variable or a number is none: `['input', 'record',
 * 'groups']` for `input.record.groups[_]`.
 */
export function literalPath(value: readonly { readonly type: string; readonly value?: unknown }[]): string[] {
  const [head, ...rest] = value;
  const end = rest.findIndex(({ type }) => type !== 'string');
  return [head, ...(end === -1 ? rest : rest.slice(0, end))].map((term) => String(term?.value));
}

/** A finding at a place in a module; without a hint (null) by default. */
export function problemAt(
  module: PolicyModule,
  location: Location,
  message: string,
  hint: string | null = null,
): Finding {
  return { file: module.file, line: location.row, column: location.col, message, hint };
}
