// Caches bitsets within a bound of bytes: only those made by modules in force, not by replaced ones.
import { LRUCache } from 'lru-cache';
import { bytesOf, type SnapshotVerdict } from './verdict.ts';

interface KeptPart {
  readonly part: SnapshotVerdict;
  /** Keys of the modules that judged. */
  readonly modules: readonly string[];
  /** Milliseconds since the epoch at which the first of them sees another time; null: none reads the time. */
  readonly until: number | null;
}

/**
 * Verdicts on snapshots by key, within `bytes`; the least recently used are dropped first. None is kept before
 * {@link keepOnly} names the modules that made it.
 */
export class VerdictCache {
  readonly #kept: LRUCache<string, KeptPart>;
  #living: ReadonlySet<string> = new Set();

  /** `bytes`: of all verdicts together, at most, as this cache estimates them. */
  constructor(bytes: number) {
    this.#kept = new LRUCache({
      maxSize: bytes,
      sizeCalculation: ({ part }, key) => bytesOf(part) + 2 * key.length,
    });
  }

  /** Bytes of the cached bitsets, as this cache estimates them. */
  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  /** The verdict of a key; undefined: none is cached. */
  get(key: string): SnapshotVerdict | undefined {
    return this.#kept.get(key)?.part;
  }

  /** Caches a verdict, unless one of its modules was replaced meanwhile, or it alone is larger than `bytes`. */
  set(key: string, kept: KeptPart): void {
    if (this.#lives(kept)) this.#kept.set(key, kept);
  }

  /** Drops, now and from now on, verdicts by modules other than these keys. */
  keepOnly(modules: ReadonlySet<string>): void {
    this.#living = modules;
    for (const [key, kept] of this.#kept.entries()) if (!this.#lives(kept)) this.#kept.delete(key);
  }

  /** Drops verdicts for a time that is over; `time` is in milliseconds since the epoch. */
  dropEnded(time: number): void {
    for (const [key, { until }] of this.#kept.entries()) {
      if (until !== null && until <= time) this.#kept.delete(key);
    }
  }

  #lives({ modules }: KeptPart): boolean {
    return modules.every((module) => this.#living.has(module));
  }
}
