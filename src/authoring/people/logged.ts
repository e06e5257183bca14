// Reads the subjects of requests from the decision log: the distinct subjects and places in its entries of verdicts,
// with everything that the policies of the federation and of one facility read of them, and their number of uses.
import { z } from 'zod';
import type { Subject } from '../../model/subject.ts';
import { VERDICT_PATH } from '../../policy/log/entry.ts';
import { decisionFiles, linesOf } from './decision-files.ts';

/** A subject of requests for the images of one facility, with the facts that a policy read. */
export interface LoggedSubject {
  readonly facility: string;
  readonly subject: Partial<Subject>;
  /** The place, a facility's id; null: without a place; undefined: no policy read it. */
  readonly at: string | null | undefined;
  /** JSON Pointers (RFC 6901) in the entry to what the operator erased or replaced. */
  readonly masked: readonly string[];
  /** The number of answers; for a facility with several registries, that of the registry with the most. */
  readonly uses: number;
}

export interface LoggedSubjects {
  /** The most frequent first. */
  readonly subjects: readonly LoggedSubject[];
  readonly files: number;
  /** Entries of verdicts. */
  readonly entries: number;
  /** Lines that are not entries of panfed, or are incomplete. */
  readonly unreadable: number;
  /** Entries of further people once there were too many different ones. */
  readonly dropped: number;
}

/** Different subjects that are kept, and their bytes (estimated), at most. */
const MAX_SUBJECTS = 20_000;
const MAX_BYTES = 134_217_728;
/** Bytes for each character of a subject, in its key and in the parsed value; and for each entry. */
const CHARACTER = 4;
const ENTRY = 128;

const texts = z.array(z.string().max(4_096)).max(1_024);

const subjectSchema = z.object({
  authenticated: z.boolean().optional(),
  issuer: z.string().max(4_096).nullable().optional(),
  groups: texts.optional(),
  affiliations: texts.optional(),
  sites: texts.optional(),
  assurance: texts.optional(),
  academic: z.boolean().nullable().optional(),
});

const pointers = z.array(z.string().max(4_096)).max(256).default([]);

const entrySchema = z.object({
  path: z.literal(VERDICT_PATH),
  metrics: z.object({ counter_panfed_uses: z.number().int().positive() }),
  input: z.unknown(),
  erased: pointers,
  masked: pointers,
});

const inputSchema = z.object({
  facility: z.string().max(256),
  registry: z.string().max(256),
  subject: z.record(z.string(), z.unknown()),
  request: z.object({ at: z.unknown() }).partial(),
});

const placeSchema = z.object({ facility: z.string().max(256).optional() }).nullable();

/**
 * The subjects in the named files and folders (OPA's decision log), each once, the most used first: at most
 * 20,000, and 128 MiB of them; what is left out is counted. Rejects with USAGE as {@link decisionFiles} does,
 * and as {@link linesOf} throws where a file cannot be read.
 */
export async function readLogged(paths: readonly string[]): Promise<LoggedSubjects> {
  const files = await decisionFiles(paths);
  const collected = new Collected();
  for (const file of files) {
    for await (const line of linesOf(file)) collected.add(line);
  }
  return { files: files.length, ...collected.result() };
}

interface Counted {
  readonly projection: Omit<LoggedSubject, 'uses'>;
  readonly byRegistry: Map<string, number>;
}

class Collected {
  readonly #counted = new Map<string, Counted>();
  #entries = 0;
  #unreadable = 0;
  #dropped = 0;
  #bytes = 0;

  add(line: string | null): void {
    if (line === '') return;
    const entry = line === null ? undefined : verdictEntry(line);
    if (entry === null) return;
    const read = entry === undefined ? null : subjectOf(entry);
    if (entry === undefined || read === null) {
      this.#unreadable += 1;
      return;
    }
    this.#entries += 1;
    const { projection, registry } = read;
    const key = JSON.stringify(projection);
    let counted = this.#counted.get(key);
    const before = counted?.byRegistry.get(registry);
    const tooMany = counted === undefined && this.#counted.size >= MAX_SUBJECTS;
    const more = counted === undefined ? key.length + registry.length : registry.length;
    if (tooMany || (before === undefined && !this.#reserve(more))) {
      this.#dropped += 1;
      return;
    }
    if (counted === undefined) {
      counted = { projection, byRegistry: new Map() };
      this.#counted.set(key, counted);
    }
    counted.byRegistry.set(registry, (before ?? 0) + entry.metrics.counter_panfed_uses);
  }

  /** Whether so many characters fit within the bound; counts them if so. */
  #reserve(characters: number): boolean {
    const bytes = ENTRY + CHARACTER * characters;
    if (this.#bytes + bytes > MAX_BYTES) return false;
    this.#bytes += bytes;
    return true;
  }

  result(): Omit<LoggedSubjects, 'files'> {
    const subjects = [...this.#counted.values()]
      .map(({ projection, byRegistry }) => ({
        ...projection,
        uses: [...byRegistry.values()].reduce((most, uses) => Math.max(most, uses), 0),
      }))
      .sort((a, b) => b.uses - a.uses);
    return { subjects, entries: this.#entries, unreadable: this.#unreadable, dropped: this.#dropped };
  }
}

type Entry = z.infer<typeof entrySchema>;

/** null: another kind of entry; undefined: not an entry. */
function verdictEntry(line: string): Entry | null | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const { path } = z.object({ path: z.string() }).parse(value);
    return path === VERDICT_PATH ? entrySchema.parse(value) : null;
  } catch {
    return undefined;
  }
}

/** null: the unmasked parts are not in panfed's format. Masked parts may have any form, and are ignored. */
function subjectOf(entry: Entry): { projection: Omit<LoggedSubject, 'uses'>; registry: string } | null {
  const masked = [...entry.erased, ...entry.masked].filter((path) => /^\/input(?:$|\/)/.test(path)).sort();
  const hidden = new Set(masked.map(hiddenBy));
  if (hidden.has('input')) {
    return { projection: { facility: '', subject: {}, at: undefined, masked }, registry: '' };
  }
  const input = inputSchema.safeParse({ registry: '', subject: {}, request: {}, ...Object(entry.input) });
  if (!input.success) return null;
  const { facility, registry, subject, request } = input.data;
  const open = Object.entries(subject).filter(([name]) => !hidden.has(`subject.${name}`));
  const known = subjectSchema.safeParse(Object.fromEntries(open));
  const unread = request.at === undefined || hidden.has('request.at');
  const at = placeSchema.safeParse(unread ? null : request.at);
  if (!known.success || !at.success) return null;
  const place = unread ? undefined : at.data === null ? null : at.data.facility;
  return { projection: { facility, subject: known.data as Partial<Subject>, at: place, masked }, registry };
}

/**
 * The field that a masking pointer (RFC 6901) into `/input` hides: `subject.groups`, `request.at`; `input` for the
 * facility or the whole subject, which hides everything; null for a field that no decision depends on.
 */
export function hiddenBy(pointer: string): string | null {
  const [, , part, name] = pointer.split('/');
  if (part === undefined || part === 'facility') return 'input';
  if (part === 'subject') return name === undefined ? 'input' : `subject.${name}`;
  if (part === 'request') return name === undefined ? 'request.at' : `request.${name}`;
  return null;
}
