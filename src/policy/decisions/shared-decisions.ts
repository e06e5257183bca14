// Keeps one object for equal decisions of one module, since thousands of people get the same few hundred. References
// are weak: an unused decision is freed. Modules share none, because their reason codes have different texts.
import type { Decision } from '../../model/decision.ts';
import { parseDecision } from './answer.ts';

/** Bytes that a character of JSON takes, as text and as the parsed object. */
const CHARACTER = 8;
/** Bytes of a reference to a decision, such as an entry of a map. */
const REFERENCE = 64;

type Known = Map<string, WeakRef<Decision>>;

/** Bookkeeping for one decision. */
interface Entry {
  readonly known: Known;
  readonly json: string;
  readonly bytes: number;
  /** Its only holder so far; null: it is shared, and its bytes are counted here. */
  holder: symbol | null;
}

const entries = new WeakMap<Decision, Entry>();

/** Decisions by module and JSON, each one object while anyone refers to it. */
export class SharedDecisions {
  readonly #maxBytes: number;
  readonly #known = new WeakMap<object, Known>();
  readonly #freed = new FinalizationRegistry<Entry>(({ known, json, bytes, holder }) => {
    if (holder === null) this.#bytes -= bytes;
    // An equal decision may have been parsed again meanwhile.
    if (known.get(json)?.deref() === undefined) known.delete(json);
  });
  #bytes = 0;

  /** `maxBytes`: of decisions that are shared. Beyond it, each holder of a decision counts all of its bytes. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of the shared decisions, which none of their holders counts; estimated. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Different decisions of the module that are in use, or not known to be freed yet. */
  sizeOf(module: object): number {
    return this.#known.get(module)?.size ?? 0;
  }

  /**
   * The same object for the same JSON of the same module, as long as anyone refers to it; null: it is not a complete,
   * well-formed decision. `holder` stands for the caller that is going to keep it.
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
    this.#freed.register(decision, entry);
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
    if (this.#bytes + entry.bytes > this.#maxBytes) return;
    entry.holder = null;
    this.#bytes += entry.bytes;
  }
}

/**
 * Bytes that each holder of a decision counts, estimated: 64 for a reference, and all of the decision (8 for each
 * UTF-16 unit of its JSON) unless it is shared, or was not parsed by {@link SharedDecisions}.
 */
export function bytesOfDecision(decision: Decision): number {
  const entry = entries.get(decision);
  return REFERENCE + (entry === undefined || entry.holder === null ? 0 : entry.bytes);
}
