// How much memory the data of all policies take together, in all workers: one bound for everybody's, which a lab's may be
// refused by, so that no lab's data take the memory of the machine.
import { FederationError } from '../../model/errors.ts';
import { FEDERATION, PREFERENCE } from '../bundle/manifest.ts';
import type { PolicyModule } from './module.ts';

/** WebAssembly's. */
const PAGE_BYTES = 65_536;

/** A module that is to come into force; `path` is told where there is no room for it. */
export interface Coming {
  readonly module: PolicyModule;
  readonly path: string;
}

/** Of the federation's; what is in force is given room first, and then what comes. */
export class DataBudget {
  readonly #bytes: number;
  readonly #workers: number;
  #taken: number;

  /** @param bytes `limits.policyDataBytes` @param present modules that have their room already */
  constructor(bytes: number, workers: number, present: Iterable<PolicyModule | null> = []) {
    this.#bytes = bytes;
    this.#workers = workers;
    this.#taken = [...present].reduce(
      (sum, module) => sum + (module === null ? 0 : this.#bytesOf(module)),
      0,
    );
  }

  /**
   * Gives room to modules that come together: to the federation's own, and then to whoever needs least, so that one with
   * much data takes the room of no other, as when all of them come at a start. Tells of each without room why: POLICY_INVALID.
   */
  give(coming: readonly Coming[]): ReadonlyMap<PolicyModule, FederationError> {
    const inOrder = coming.toSorted(
      ({ module: one }, { module: other }) =>
        Number(isFederations(other)) - Number(isFederations(one)) ||
        this.#bytesOf(one) - this.#bytesOf(other),
    );
    return new Map(
      inOrder.flatMap((each) => {
        const refusal = this.#take(each);
        return refusal === null ? [] : [[each.module, refusal] as const];
      }),
    );
  }

  #take({ module, path }: Coming): FederationError | null {
    const needed = this.#bytesOf(module);
    const left = Math.max(0, this.#bytes - this.#taken);
    // What has no data needs no room, where others have too much of it neither.
    if (needed === 0 || needed <= left) {
      this.#taken += needed;
      return null;
    }
    return new FederationError(
      'POLICY_INVALID',
      `its data need ${mebibytes(needed)} of memory in ${this.#workers} workers, and ${mebibytes(left)} are left of the ` +
        `${mebibytes(this.#bytes)} for the data of all policies`,
      {
        at: path,
        hint: 'Make its data.json smaller, or raise limits.policyDataBytes in federation.yaml: while a revision comes after another, there is to be room for both.',
      },
    );
  }

  /** The document once, and in each worker what was made of it. */
  #bytesOf({ compiled: { data } }: PolicyModule): number {
    return data === null ? 0 : data.json.byteLength + data.pages * PAGE_BYTES * this.#workers;
  }
}

function isFederations({ owner }: PolicyModule): boolean {
  return owner === FEDERATION || owner === PREFERENCE;
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_048_576)} MiB`;
}
