// Finds ids by a hash of what they stand for: open addressing in typed arrays, in 256 parts that grow each by itself, so
// that no growth of a large index holds the event loop.
import { randomInt } from 'node:crypto';

const PARTS = 256;
const FIRST_SLOTS = 8;
/** The part of the slots that is used, at most. */
const LOAD = 0.75;

/** Secret numbers of this process: nobody can choose names that all have one hash. */
const SEED = randomInt(2 ** 32);
const FACTOR = randomInt(2 ** 31) * 2 + 1;

/** The hash of a hash so far (to begin with {@link SEED}) and one more number. */
const mixed = (hash: number, value: number): number => Math.imul(hash ^ value, FACTOR) ^ (hash >>> 15);

/** Spreads all bits over all: the part is taken of the first, the slot of the last ones. */
function spread(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** The hash of bytes, from `start` to before `end`: 32 bits, unsigned, and others in each process. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = SEED;
  for (let index = start; index < end; index += 1) hash = mixed(hash, bytes[index] as number);
  return spread(hash);
}

/** The hash of four numbers, as that of {@link hashBytes}: 32 bits, unsigned, and others in each process. */
export function hashNumbers(a: number, b: number, c: number, d: number): number {
  return spread(mixed(mixed(mixed(mixed(SEED, a), b), c), d));
}

/** Ids by hash; whether an id is the one that is looked for, whoever asks decides. Nothing is removed. */
export class HashIndex {
  readonly #hashOf: (id: number) => number;
  readonly #parts: Uint32Array[] = [];
  readonly #used = new Uint32Array(PARTS);
  #bytes = 0;

  /** Has no id yet. `hashOf`: the hash that an id was added with, for when the index grows. */
  constructor(hashOf: (id: number) => number) {
    this.#hashOf = hashOf;
    for (let part = 0; part < PARTS; part += 1) this.#parts.push(this.#slots(FIRST_SLOTS));
  }

  /** Bytes that are allocated. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The id with this hash for which `isIt` is true; -1 if there is none. */
  find(hash: number, isIt: (id: number) => boolean): number {
    const slots = this.#parts[hash >>> 24] as Uint32Array;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = (slots[slot] as number) - 1;
      if (id === -1 || isIt(id)) return id;
    }
  }

  /** Adds an id, from 0 to 2^32 - 2, that {@link find} did not find. */
  add(hash: number, id: number): void {
    const part = hash >>> 24;
    let slots = this.#parts[part] as Uint32Array;
    this.#used[part] = (this.#used[part] as number) + 1;
    if ((this.#used[part] as number) > slots.length * LOAD) {
      const larger = this.#slots(slots.length * 2);
      for (const known of slots) if (known !== 0) put(larger, this.#hashOf(known - 1), known);
      this.#bytes -= slots.byteLength;
      this.#parts[part] = larger;
      slots = larger;
    }
    put(slots, hash, id + 1);
  }

  #slots(count: number): Uint32Array {
    const slots = new Uint32Array(count);
    this.#bytes += slots.byteLength;
    return slots;
  }
}

function put(slots: Uint32Array, hash: number, entry: number): void {
  const mask = slots.length - 1;
  let slot = hash & mask;
  while (slots[slot] !== 0) slot = (slot + 1) & mask;
  slots[slot] = entry;
}
