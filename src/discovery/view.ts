// What one question reads: the available snapshots, and what this caller may do with each of their records there.
import { type Bits, has } from '../catalog/bitset.ts';
import type { Catalog, RefreshRequest, RegistryState } from '../catalog/catalog.ts';
import type { IndexedField, SnapshotIndex } from '../catalog/index/snapshot-index.ts';
import type { Caller, Place } from '../model/subject.ts';
import type { Policies, Verdict, VisibleImage } from '../policy/engine.ts';
import type { RequestBounds } from './bounds.ts';

/** One registry's records, and one bitset per action of those that the caller may do it with. */
export interface SnapshotAccess {
  readonly snapshotIndex: SnapshotIndex;
  readonly discover: Bits;
  readonly pull: Bits;
  readonly execute: Bits;
}

/** The caller, and the policies that judge the whole answer. */
export interface RequestScope {
  readonly caller: Caller;
  readonly policies: Policies;
  /** The bounds of the whole request. */
  readonly bounds: RequestBounds;
}

export interface View extends RequestScope {
  /** Where the caller intends to run images; null: the question names no place. */
  readonly place: Place | null;
  /** One per registry, in federation.yaml's order, including those without a snapshot. */
  readonly states: readonly RegistryState[];
  /** One per snapshot that the question is about, in the same order. */
  readonly parts: readonly SnapshotAccess[];
  readonly verdict: Verdict;
  /**
   * Whether every registry has a snapshot of all its images, and each that the question is about could be judged: as
   * {@link isAvailable}.
   */
  readonly whole: boolean;
  /**
   * The view of all registries. Those that the question leaves out are judged at the first call, so that a question
   * does not wait for a registry that it is not about. Rejects as {@link viewOf} does, at each later call too.
   */
  all(): Promise<View>;
  /** The view of the same registries at another place. Rejects as {@link viewOf} does. */
  at(place: Place): Promise<View>;
}

export interface ViewSources {
  readonly catalog: Catalog;
}

/**
 * Refreshes the registries and judges their records for a caller at a place; null: no place. Registries in
 * `request.skip` are neither refreshed nor judged, those in `unjudged` (by default the same) are refreshed but not
 * judged. A registry that fails is an outcome in `states`. Rejects as {@link viewOf} does, and with the signal's reason
 * once the request has ended.
 */
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

/**
 * A view of registry states as they are, without a refresh. The records of the registries for which `skip` is true are
 * not judged; by default all are. `place` null: no place. Rejects as {@link Policies.decide} does: with NOT_READY if
 * too many evaluations wait, or if the policy engine is closed, and with INTERNAL if a worker does not start; its `all`
 * does so too.
 */
export async function viewOf(
  { caller, policies, bounds }: RequestScope,
  states: readonly RegistryState[],
  place: Place | null,
  skip: RefreshRequest['skip'] = () => false,
): Promise<View> {
  const snapshotIndexes = states.flatMap(({ index }) => index ?? []);
  const judged = snapshotIndexes.filter(({ snapshot: { facility, registry } }) => !skip(facility, registry));
  const snapshots = judged.map((snapshotIndex) => snapshotIndex.snapshot);
  const verdict = await policies.decide(snapshots, caller.subject, place);
  const parts = judged.map((snapshotIndex) => ({
    snapshotIndex,
    discover: verdict.bits(snapshotIndex.snapshot, 'discover'),
    pull: verdict.bits(snapshotIndex.snapshot, 'pull'),
    execute: verdict.bits(snapshotIndex.snapshot, 'execute'),
  }));
  const whole = states.every((state) => isAvailable(state, verdict));
  let everything: Promise<View> | null = null;
  const view: View = {
    ...{ caller, policies, bounds, place, states, parts, verdict, whole },
    all: () => {
      everything ??=
        judged.length === snapshotIndexes.length
          ? Promise.resolve(view)
          : viewOf({ caller, policies, bounds }, states, place);
      return everything;
    },
    at: (there) => viewOf({ caller, policies, bounds }, states, there, skip),
  };
  return view;
}

/**
 * Whether the registry can be answered for: it has a snapshot of all its images, and the verdict covers it. Without one, it
 * may hold whatever is asked for.
 */
export function isAvailable({ snapshot, status }: RegistryState, verdict: Verdict): boolean {
  return snapshot !== null && status !== 'PARTIAL' && verdict.wasJudged(snapshot);
}

/** An image that the caller may discover, with the view in which it was found. */
export interface VisibleItem {
  readonly image: VisibleImage;
  readonly view: View;
}

/**
 * The image of a record number, or null where the caller may not discover it: `Verdict.reveal`, which alone makes a
 * VisibleImage, judges by the policies of the view. Every image of an answer comes from here.
 * `document`: the index of the record in the snapshot of `part`. Throws a RangeError for a part of another view.
 */
export function reveal(view: View, part: SnapshotAccess, document: number): VisibleItem | null {
  const image = view.verdict.reveal(part.snapshotIndex.snapshot, document);
  return image === null ? null : { image, view };
}

/**
 * Folded value → the first of its visible spellings in code-unit order, over all images that the caller may discover.
 */
export type VisibleValues = ReadonlyMap<string, string>;

const valuesByVerdict = new WeakMap<Verdict, Map<IndexedField, VisibleValues>>();

/**
 * The values of a field that the caller may know of, by folded value, in its code-unit order, each in the first of its
 * visible spellings; kept as long as the verdict is.
 */
export function visibleValues(view: View, field: IndexedField): VisibleValues {
  let fields = valuesByVerdict.get(view.verdict);
  if (fields === undefined) {
    fields = new Map();
    valuesByVerdict.set(view.verdict, fields);
  }
  let values = fields.get(field);
  if (values === undefined) {
    values = collectVisible(view.parts, field);
    fields.set(field, values);
  }
  return values;
}

/**
 * As {@link visibleValues} spells one value, where few of very many are wanted; null where the caller may not know of
 * it.
 */
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
      const visible = spellings.find(({ documents }) => anyOf(documents, discover));
      if (visible === undefined) continue;
      const before = values.get(folded);
      if (before === undefined || visible.text < before) values.set(folded, visible.text);
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
