// Bounds the memory that the data of all policies take together, in all workers, so that no lab's data exhaust the
// memory of the machine: data beyond the bound are refused.
import { FederationError } from '../../model/errors.ts';
import { FEDERATION, PREFERENCE } from '../bundle/manifest.ts';
import type { PolicyModule } from './module.ts';

/** Bytes of a WebAssembly page. */
const PAGE_BYTES = 65_536;

/** A module that is to come into force; an error names `path`. */
export interface NewModule {
  readonly module: PolicyModule;
  readonly path: string;
}

/**
 * The budget of a federation; modules in force are counted first, then new ones. Nothing is given back: each change has one of
 * its own.
 */
export class DataBudget {
  readonly #bytes: number;
  readonly #workers: number;
  #allocated: number;

  /**
   * Counts the data of the modules that are present; by default there are none.
   * @param bytes `limits.policyDataBytes`
   * @param workers threads, each of which has the data
   * @param present modules that are counted already; null counts for nothing
   */
  constructor(bytes: number, workers: number, present: Iterable<PolicyModule | null> = []) {
    this.#bytes = bytes;
    this.#workers = workers;
    this.#allocated = [...present].reduce(
      (sum, module) => sum + (module === null ? 0 : this.#bytesOf(module)),
      0,
    );
  }

  /**
   * Allocates memory to modules that come together: first to the federation's own, then to those that need least, so
   * that one with much data never displaces another, as when all of them come at a start. Returns a POLICY_INVALID for
   * each module that does not fit; one without data always does.
   */
  allocate(modules: readonly NewModule[]): ReadonlyMap<PolicyModule, FederationError> {
    const inOrder = modules.toSorted(
      ({ module: one }, { module: other }) =>
        Number(isFederations(other)) - Number(isFederations(one)) ||
        this.#bytesOf(one) - this.#bytesOf(other),
    );
    return new Map(
      inOrder.flatMap((each) => {
        const refusal = this.#allocateOne(each);
        return refusal === null ? [] : [[each.module, refusal] as const];
      }),
    );
  }

  #allocateOne({ module, path }: NewModule): FederationError | null {
    const needed = this.#bytesOf(module);
    const left = Math.max(0, this.#bytes - this.#allocated);
    // A module without data always fits, even if the others exceed the bound.
    if (needed === 0 || needed <= left) {
      this.#allocated += needed;
      return null;
    }
    return new FederationError(
      'POLICY_INVALID',
      `its data need ${mebibytes(needed)} of memory in ${this.#workers} workers, and ${mebibytes(left)} are left of the ` +
        `${mebibytes(this.#bytes)} for the data of all policies`,
      {
        at: path,
        hint: 'Make its data.json smaller, or raise limits.policyDataBytes in federation.yaml: while a revision replaces another, both must fit.',
      },
    );
  }

  /** The document once, and its parsed form in each worker. */
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
