// Decisions of one module by their JSON, each one object, since thousands of people are told the same few hundred. Held
// weakly: one that nobody has any more is gone. Never of two modules, whose reason codes say different things.
import type { Decision } from '../../model/decision.ts';
import { parseDecision } from './answer.ts';

/** Bytes that a character of JSON takes, as text and as the object that it says. */
const CHARACTER = 8;
/** Bytes of what refers to a decision, such as an entry of a map. */
const REFERENCE = 64;

type Known = Map<string, WeakRef<Decision>>;

/** What is known of a decision beside it. */
interface Entry {
  readonly known: Known;
  readonly json: string;
  readonly bytes: number;
  /** Whoever alone has it, so far; null: it is shared, and its bytes are counted here. */
  holder: symbol | null;
}

const entries = new WeakMap<Decision, Entry>();

export class SharedDecisions {
  readonly #most: number;
  readonly #known = new WeakMap<object, Known>();
  readonly #gone = new FinalizationRegistry<Entry>(({ known, json, bytes, holder }) => {
    if (holder === null) this.#bytes -= bytes;
    // The same may have been told again meanwhile.
    if (known.get(json)?.deref() === undefined) known.delete(json);
  });
  #bytes = 0;

  /** `most`: bytes of decisions that are shared. Beyond it, each holder of a decision answers for all of it. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Of decisions that are shared, and so answered for by none of their holders; about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Different decisions of the module that somebody has, and such as are not known to be gone yet. */
  sizeOf(module: object): number {
    return this.#known.get(module)?.size ?? 0;
  }

  /**
   * The same object for the same JSON of the same module, as long as anybody has it; null: it is no complete, well-formed
   * decision. `holder` stands for whoever is going to have it.
   */
  of(json: string, module: object, holder: symbol): Decision | null {
    const known = this.#knownOf(module);
    const present = known.get(json)?.deref();
    if (present !== undefined) {
      this.#share(present, holder);
      return present;
    }
    const decision = parseDecision(json);
    if (decision === null) return null;
    const entry = { known, json, bytes: CHARACTER * json.length, holder };
    known.set(json, new WeakRef(decision));
    entries.set(decision, entry);
    this.#gone.register(decision, entry);
    return decision;
  }

  #knownOf(module: object): Known {
    const known = this.#known.get(module) ?? new Map();
    this.#known.set(module, known);
    return known;
  }

  #share(decision: Decision, holder: symbol): void {
    const entry = entries.get(decision);
    if (entry === undefined || entry.holder === null || entry.holder === holder) return;
    if (this.#bytes + entry.bytes > this.#most) return;
    entry.holder = null;
    this.#bytes += entry.bytes;
  }
}

/** Bytes that each of its holders answers for, about: a reference, and all of it unless it is shared. */
export function bytesOfDecision(decision: Decision): number {
  const entry = entries.get(decision);
  return REFERENCE + (entry === undefined || entry.holder === null ? 0 : entry.bytes);
}
