// Bitsets that were made, within a bound of bytes: those of modules in force, and not of any that was replaced.
import { LRUCache } from 'lru-cache';
import { bytesOf, type SnapshotVerdict } from './verdict.ts';

interface KeptPart {
  readonly part: SnapshotVerdict;
  /** Keys of the modules that judged. */
  readonly modules: readonly string[];
  /** Milliseconds since the epoch at which the first of them sees another time; null: none reads it. */
  readonly until: number | null;
}

export class VerdictCache {
  readonly #kept: LRUCache<string, KeptPart>;
  #living: ReadonlySet<string> = new Set();

  constructor(bytes: number) {
    this.#kept = new LRUCache({
      maxSize: bytes,
      sizeCalculation: ({ part }, key) => bytesOf(part) + 2 * key.length,
    });
  }

  /** Of the kept bitsets, by this cache's own account. */
  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  get(key: string): SnapshotVerdict | undefined {
    return this.#kept.get(key)?.part;
  }

  /** Keeps it, unless one of its modules was replaced meanwhile. */
  set(key: string, kept: KeptPart): void {
    if (this.#lives(kept)) this.#kept.set(key, kept);
  }

  /** Lets go, now and from now on, what other modules than these took part in. */
  keepOnly(modules: ReadonlySet<string>): void {
    this.#living = modules;
    for (const [key, kept] of this.#kept.entries()) if (!this.#lives(kept)) this.#kept.delete(key);
  }

  /** Lets go of what was made for a time that is over. */
  dropEnded(time: number): void {
    for (const [key, { until }] of this.#kept.entries()) {
      if (until !== null && until <= time) this.#kept.delete(key);
    }
  }

  #lives({ modules }: KeptPart): boolean {
    return modules.every((module) => this.#living.has(module));
  }
}
