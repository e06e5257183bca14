// Decisions by their JSON, each one object, since thousands of people are told the same few hundred. Held weakly: one
// that nobody has any more is gone, so that this needs no bound of its own.
import type { Decision } from '../model/decision.ts';
import { parseDecision } from './decisions.ts';

/** Bytes that a character of JSON takes, as text and as the object that it says. */
const CHARACTER = 8;
/** Bytes of what refers to a decision, such as an entry of a map. */
const REFERENCE = 64;

/** Decisions that one holder alone has, so far. */
const owned = new WeakMap<Decision, { readonly holder: symbol; readonly bytes: number }>();

export class SharedDecisions {
  readonly #known = new Map<string, WeakRef<Decision>>();
  readonly #gone = new FinalizationRegistry<string>((json) => {
    // The same may have been told again meanwhile.
    if (this.#known.get(json)?.deref() === undefined) this.#known.delete(json);
  });

  /** Different decisions that somebody has, and such as are not known to be gone yet. */
  get size(): number {
    return this.#known.size;
  }

  /**
   * The same object for the same JSON, as long as anybody has it; null: it is no complete, well-formed decision.
   * `holder` stands for whoever is going to have it.
   */
  of(json: string, holder: symbol): Decision | null {
    const known = this.#known.get(json)?.deref();
    if (known !== undefined) {
      if (owned.get(known)?.holder !== holder) owned.delete(known);
      return known;
    }
    const decision = parseDecision(json);
    if (decision === null) return null;
    this.#known.set(json, new WeakRef(decision));
    this.#gone.register(decision, json);
    owned.set(decision, { holder, bytes: CHARACTER * json.length });
    return decision;
  }
}

/** Bytes that each of its holders answers for, about: a reference, and all of it as long as there is one holder. */
export function bytesOfDecision(decision: Decision): number {
  return REFERENCE + (owned.get(decision)?.bytes ?? 0);
}
