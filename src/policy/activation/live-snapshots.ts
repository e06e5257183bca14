// The newest snapshot of each registry that anybody was answered from, or that was prepared: held weakly, so that it
// ends when the catalog has another.
import type { Snapshot } from '../../catalog/snapshot.ts';

export class LiveSnapshots {
  readonly #newest = new Map<string, { readonly serial: number; readonly snapshot: WeakRef<Snapshot> }>();
  readonly #seen = new WeakSet<Snapshot>();

  saw(snapshots: readonly Snapshot[]): void {
    for (const snapshot of snapshots) {
      if (this.#seen.has(snapshot)) continue;
      this.#seen.add(snapshot);
      const { facility, registry, serial } = snapshot;
      // Neither a facility's id nor a registry's key has a line break.
      const name = `${facility}\n${registry}`;
      if (serial < (this.#newest.get(name)?.serial ?? 0)) continue;
      this.#newest.set(name, { serial, snapshot: new WeakRef(snapshot) });
    }
  }

  all(): readonly Snapshot[] {
    return [...this.#newest.values()].flatMap(({ snapshot }) => snapshot.deref() ?? []);
  }
}
