// What one question looks at: the snapshots at hand, and what this caller may do with each of their records there.
import { type Bits, has } from '../catalog/bitset.ts';
import type { Catalog, RefreshRequest, RegistryState } from '../catalog/catalog.ts';
import type { IndexedField, SnapshotIndex } from '../catalog/snapshot-index.ts';
import type { Caller, Place } from '../model/subject.ts';
import type { Policies, Verdict, VisibleImage } from '../policy/engine.ts';
import type { RequestBounds } from './bounds.ts';

/** One registry's records, and the bits of what the caller may do with them. */
export interface SnapshotAccess {
  readonly snapshotIndex: SnapshotIndex;
  readonly discover: Bits;
  readonly pull: Bits;
  readonly execute: Bits;
}

/** Who asks, and the policies that judge the whole of the answer. */
export interface RequestScope {
  readonly caller: Caller;
  readonly policies: Policies;
  /** Of the request as a whole. */
  readonly bounds: RequestBounds;
}

export interface View extends RequestScope {
  readonly place: Place | null;
  /** One a registry, in federation.yaml's order, also those without a snapshot. */
  readonly states: readonly RegistryState[];
  /** One a snapshot that the question is about, in the same order. */
  readonly parts: readonly SnapshotAccess[];
  readonly verdict: Verdict;
  /** Whether every registry has a snapshot, and each that was asked about could be judged. */
  readonly whole: boolean;
  /**
   * The same for all registries. Those that the question leaves out are judged when this is first asked for, so that a
   * question waits for no registry that it is not about.
   */
  all(): Promise<View>;
}

export interface ViewSources {
  readonly catalog: Catalog;
}

/** Registries that `request.skip` names are neither asked nor judged; those of `unjudged` are asked all the same. */
export async function createView(
  { catalog }: ViewSources,
  scope: RequestScope,
  place: Place | null,
  request: RefreshRequest,
  unjudged: RefreshRequest['skip'] = request.skip,
): Promise<View> {
  const { signal } = scope.bounds;
  signal.throwIfAborted();
  const states = await catalog.refresh({ ...request, signal });
  signal.throwIfAborted();
  return viewOf(scope, states, place, unjudged);
}

export async function viewOf(
  { caller, policies, bounds }: RequestScope,
  states: readonly RegistryState[],
  place: Place | null,
  skip: RefreshRequest['skip'] = () => false,
): Promise<View> {
  const snapshotIndexes = states.flatMap(({ index }) => index ?? []);
  const asked = snapshotIndexes.filter(({ snapshot: { facility, registry } }) => !skip(facility, registry));
  const snapshots = asked.map((snapshotIndex) => snapshotIndex.snapshot);
  const verdict = await policies.decide(snapshots, caller.subject, place);
  const parts = asked.map((snapshotIndex) => ({
    snapshotIndex,
    discover: verdict.bits(snapshotIndex.snapshot, 'discover'),
    pull: verdict.bits(snapshotIndex.snapshot, 'pull'),
    execute: verdict.bits(snapshotIndex.snapshot, 'execute'),
  }));
  const whole = states.every((state) => isAtHand(state, verdict));
  let everything: Promise<View> | null = null;
  const view: View = {
    ...{ caller, policies, bounds, place, states, parts, verdict, whole },
    all: () => {
      everything ??=
        asked.length === snapshotIndexes.length
          ? Promise.resolve(view)
          : viewOf({ caller, policies, bounds }, states, place);
      return everything;
    },
  };
  return view;
}

/** false: what the registry holds cannot be told now to who asks. */
export function isAtHand({ snapshot }: RegistryState, verdict: Verdict): boolean {
  return snapshot !== null && verdict.wasJudged(snapshot);
}

/** A record that may be shown, with the view that it was seen in. */
export interface VisibleItem {
  readonly image: VisibleImage;
  readonly view: View;
}

export function reveal(view: View, part: SnapshotAccess, document: number): VisibleItem | null {
  const image = view.verdict.reveal(part.snapshotIndex.snapshot, document);
  return image === null ? null : { image, view };
}

/** Folded value → the first visible spelling of it in code-unit order, over all that the caller may discover. */
export type VisibleValues = ReadonlyMap<string, string>;

const kept = new WeakMap<Verdict, Map<IndexedField, VisibleValues>>();

/** The values of a field that the caller may know of, kept as long as the verdict is. */
export function visibleValues(view: View, field: IndexedField): VisibleValues {
  let fields = kept.get(view.verdict);
  if (fields === undefined) {
    fields = new Map();
    kept.set(view.verdict, fields);
  }
  let values = fields.get(field);
  if (values === undefined) {
    values = collectVisible(view.parts, field);
    fields.set(field, values);
  }
  return values;
}

/** As {@link visibleValues} spells one value, where few of very many are wanted. */
export function visibleSpelling(view: View, field: IndexedField, folded: string): string | null {
  let spelling: string | null = null;
  for (const { snapshotIndex, discover } of view.parts) {
    const spellings = snapshotIndex.fields[field].get(folded)?.spellings ?? [];
    const seen = spellings.find(({ documents }) => anyOf(documents, discover))?.text;
    if (seen !== undefined && (spelling === null || seen < spelling)) spelling = seen;
  }
  return spelling;
}

function collectVisible(parts: readonly SnapshotAccess[], field: IndexedField): VisibleValues {
  const values = new Map<string, string>();
  for (const { snapshotIndex, discover } of parts) {
    for (const { folded, spellings } of snapshotIndex.fields[field].values()) {
      const seen = spellings.find(({ documents }) => anyOf(documents, discover));
      if (seen === undefined) continue;
      const before = values.get(folded);
      if (before === undefined || seen.text < before) values.set(folded, seen.text);
    }
  }
  return new Map([...values].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function anyOf(documents: Uint32Array, bits: Bits): boolean {
  for (const document of documents) {
    if (has(bits, document)) return true;
  }
  return false;
}
