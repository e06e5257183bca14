// The newest snapshot of each registry that was used for an answer or prepared: referenced weakly, so that it is freed
// when the catalog has a newer one.
import type { Snapshot } from '../../catalog/snapshot.ts';

/** Remembers one snapshot for each registry: the one with the highest serial. */
export class LiveSnapshots {
  readonly #newest = new Map<string, { readonly serial: number; readonly snapshot: WeakRef<Snapshot> }>();
  readonly #noted = new WeakSet<Snapshot>();

  /** Remembers these snapshots, each unless a newer one of its registry is known. */
  note(snapshots: readonly Snapshot[]): void {
    for (const snapshot of snapshots) {
      if (this.#noted.has(snapshot)) continue;
      this.#noted.add(snapshot);
      const { facility, registry, serial } = snapshot;
      // Neither a facility's id nor a registry's key has a line break.
      const name = `${facility}\n${registry}`;
      if (serial < (this.#newest.get(name)?.serial ?? 0)) continue;
      this.#newest.set(name, { serial, snapshot: new WeakRef(snapshot) });
    }
  }

  /** The newest snapshot of each registry that has not been freed. */
  all(): readonly Snapshot[] {
    return [...this.#newest.values()].flatMap(({ snapshot }) => snapshot.deref() ?? []);
  }
}
