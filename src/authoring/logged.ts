// Who asked, by the decision log: the distinct subjects and places in its entries of verdicts, which have all that the
// policies of the federation and of one facility read of them together, and how often.
import { z } from 'zod';
import type { Subject } from '../model/subject.ts';
import { VERDICT_PATH } from '../policy/log/entry.ts';
import { decisionFiles, linesOf } from './decision-files.ts';

/** Somebody who asked for the images of one facility. Whatever no policy read of them is not here. */
export interface LoggedAsker {
  readonly facility: string;
  readonly subject: Partial<Subject>;
  /** The facility where they ask; null: without a place; undefined: no policy read which. */
  readonly at: string | null | undefined;
  /** JSON Pointers, below the entry, of what the operator left out or told otherwise. */
  readonly masked: readonly string[];
  /** How many questions were answered so; of a facility with several registries, of the one with the most. */
  readonly uses: number;
}

export interface LoggedAskers {
  /** The most frequent first. */
  readonly subjects: readonly LoggedAsker[];
  readonly files: number;
  /** Entries of verdicts. */
  readonly entries: number;
  /** Lines that are no entry: torn ones, and such as nobody wrote for us. */
  readonly unreadable: number;
  /** Entries of people that came after there were too many different ones. */
  readonly dropped: number;
}

/** Different askers that are kept, and bytes of them, about. */
const MOST_ASKERS = 20_000;
const MOST_BYTES = 134_217_728;
/** Bytes that a character of an asker takes, in the text by which it is known and in what was read; and of each entry. */
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

/** Rejects with USAGE where a file cannot be read. */
export async function readLogged(paths: readonly string[]): Promise<LoggedAskers> {
  const files = await decisionFiles(paths);
  const gathered = new Gathered();
  for (const file of files) {
    for await (const line of linesOf(file)) gathered.add(line);
  }
  return { files: files.length, ...gathered.told() };
}

interface Counted {
  readonly projection: Omit<LoggedAsker, 'uses'>;
  readonly byRegistry: Map<string, number>;
}

class Gathered {
  readonly #counted = new Map<string, Counted>();
  #entries = 0;
  #unreadable = 0;
  #dropped = 0;
  #bytes = 0;

  add(line: string | null): void {
    if (line === '') return;
    const entry = line === null ? undefined : verdictEntry(line);
    if (entry === null) return;
    const read = entry === undefined ? null : askerOf(entry);
    if (entry === undefined || read === null) {
      this.#unreadable += 1;
      return;
    }
    this.#entries += 1;
    const { projection, registry } = read;
    const key = JSON.stringify(projection);
    let counted = this.#counted.get(key);
    const before = counted?.byRegistry.get(registry);
    const tooMany = counted === undefined && this.#counted.size >= MOST_ASKERS;
    const more = counted === undefined ? key.length + registry.length : registry.length;
    if (tooMany || (before === undefined && !this.#hasRoom(more))) {
      this.#dropped += 1;
      return;
    }
    if (counted === undefined) {
      counted = { projection, byRegistry: new Map() };
      this.#counted.set(key, counted);
    }
    counted.byRegistry.set(registry, (before ?? 0) + entry.metrics.counter_panfed_uses);
  }

  /** Takes it, if there is any, for what is to be kept. */
  #hasRoom(characters: number): boolean {
    const bytes = ENTRY + CHARACTER * characters;
    if (this.#bytes + bytes > MOST_BYTES) return false;
    this.#bytes += bytes;
    return true;
  }

  told(): Omit<LoggedAskers, 'files'> {
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

/** null: an entry of something else; undefined: no entry. */
function verdictEntry(line: string): Entry | null | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const { path } = z.object({ path: z.string() }).parse(value);
    return path === VERDICT_PATH ? entrySchema.parse(value) : null;
  } catch {
    return undefined;
  }
}

/** null: what is not masked is not as we write it. What was masked is of any shape, and is not looked at. */
function askerOf(entry: Entry): { projection: Omit<LoggedAsker, 'uses'>; registry: string } | null {
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
 * What a pointer into `/input` leaves unknown: `subject.groups`, `request.at`; `input` where it is the facility or all of
 * the subject, so that nothing is known; and nothing that a decision depends on otherwise.
 */
export function hiddenBy(pointer: string): string | null {
  const [, , part, name] = pointer.split('/');
  if (part === undefined || part === 'facility') return 'input';
  if (part === 'subject') return name === undefined ? 'input' : `subject.${name}`;
  if (part === 'request') return name === undefined ? 'request.at' : `request.${name}`;
  return null;
}
