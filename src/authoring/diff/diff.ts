// Computes the effect of a change of policy: the images that each person gains and loses, by action, and each kind of
// change with its first counterexample. Both sides are evaluated as in the gateway: by class, into bitsets.
import { andNot, type Bits, count, emptyBits, forEachBit, or } from '../../catalog/bitset.ts';
import type { Snapshot } from '../../catalog/snapshot.ts';
import { ACTIONS, type Access, type Action, type DescribedReason } from '../../model/decision.ts';
import type { ImageRecord } from '../../model/image.ts';
import { HOST } from '../../policy/decisions/reasons.ts';
import type { Policies, Verdict } from '../../policy/engine.ts';
import type { RepresentativeSubject } from '../people/subjects.ts';

/** `loosened`: denied before, allowed after; `tightened`: the opposite. */
export const DIRECTIONS = ['loosened', 'tightened'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Numbers of images, by action. */
export type Counts = Readonly<Record<Action, number>>;

/** The images that one person gains and loses, at any of their places. */
export interface Effect {
  readonly subject: string;
  readonly gains: Counts;
  readonly losses: Counts;
  /** The number of their uses in the decision log; undefined: no log was read. */
  readonly uses?: number;
}

/** One image and one person: the first ones, in the order of the catalog and of the subjects. */
export interface Counterexample {
  readonly subject: string;
  readonly title: string;
  /** Their place, a facility's id; null: without a place. */
  readonly at: string | null;
  readonly image: { readonly id: string; readonly title: string | null };
}

/** Changes of one owner, action and direction, with the same reason codes. */
export interface KindOfChange {
  readonly direction: Direction;
  readonly action: Action;
  /** The owners of the policies that denied: `federation`, or facilities' ids. */
  readonly owners: readonly string[];
  /** The reasons that denied before, if loosened, or that deny now, as the person of the counterexample reads them. */
  readonly reasons: readonly Omit<DescribedReason, 'action'>[];
  readonly images: number;
  readonly subjects: readonly string[];
  /** The number of these subjects' uses in the decision log; undefined: no log was read. */
  readonly uses?: number;
  readonly example: Counterexample;
}

export interface ComparedOwner {
  readonly owner: string;
  /** Revisions; null: it has no policy on that side. */
  readonly old: string | null;
  readonly new: string | null;
}

export interface PolicyDiff {
  readonly owners: readonly ComparedOwner[];
  readonly images: number;
  readonly subjects: number;
  /** The subjects that gain or lose something, in their order. */
  readonly effects: readonly Effect[];
  /** Loosened ones first; then by action, from discover on, and by owner. */
  readonly changes: readonly KindOfChange[];
}

export interface DiffOptions {
  readonly old: Policies;
  readonly new: Policies;
  readonly owners: readonly ComparedOwner[];
  readonly snapshots: readonly Snapshot[];
  readonly subjects: readonly RepresentativeSubject[];
  /** Called before each subject with the number that is done. */
  readonly progress?: (done: number) => void;
}

/**
 * The effect of the change from `old` to `new` on these subjects and snapshots, in the order of subjects; a
 * subject without an effect is left out, and nobody is asked where no revision changed. Rejects as {@link
 * Policies} says of `decide`, with NOT_READY or INTERNAL.
 */
export async function diffPolicies(options: DiffOptions): Promise<PolicyDiff> {
  const { owners, snapshots, subjects } = options;
  const changed = owners.filter((one) => one.old !== one.new).map(({ owner }) => owner);
  const kinds = new Kinds(changed);
  const effects: Effect[] = [];
  // Equal revisions decide the same: a revision is a hash of everything that decides.
  for (const [index, person] of (changed.length === 0 ? [] : subjects).entries()) {
    options.progress?.(index);
    const effect = await effectOn(person, options, kinds);
    if (ACTIONS.some((action) => effect.gains[action] + effect.losses[action] > 0)) effects.push(effect);
  }
  return {
    owners,
    images: snapshots.reduce((sum, { records }) => sum + records.length, 0),
    subjects: subjects.length,
    effects,
    changes: kinds.inOrder(),
  };
}

async function effectOn(
  person: RepresentativeSubject,
  { old, new: next, snapshots: all }: DiffOptions,
  kinds: Kinds,
): Promise<Effect> {
  const snapshots = all.filter(({ facility }) => person.facilities?.includes(facility) ?? true);
  const tally = { loosened: new Tally(), tightened: new Tally() };
  for (const place of person.places) {
    const before = await old.decide(snapshots, person.subject, place);
    const after = await next.decide(snapshots, person.subject, place);
    for (const snapshot of snapshots) {
      for (const action of ACTIONS) {
        for (const direction of DIRECTIONS) {
          const [open, shut] = direction === 'loosened' ? [after, before] : [before, after];
          const bits = andNot(open.bits(snapshot, action), shut.bits(snapshot, action));
          tally[direction].add(snapshot, action, bits);
          forEachBit(bits, (index) => {
            const found = against(snapshot, index, open, shut);
            kinds.add({ direction, action, person, at: place?.facility ?? null, ...found });
          });
        }
      }
    }
  }
  return {
    subject: person.name,
    gains: tally.loosened.counts(),
    losses: tally.tightened.counts(),
    ...usesOf([person]),
  };
}

/** The record, which the side that allows the action reveals, and the reasons of the other side against it. */
function against(
  snapshot: Snapshot,
  index: number,
  open: Verdict,
  shut: Verdict,
): { readonly image: ImageRecord; readonly access: Access } {
  const image = open.reveal(snapshot, index);
  if (image === null) throw new TypeError('an action is allowed on an image that may not be discovered');
  return { image, access: shut.access(image) };
}

function usesOf(people: readonly RepresentativeSubject[]): { readonly uses?: number } {
  const counted = people.flatMap(({ uses }) => uses ?? []);
  return counted.length === 0 ? {} : { uses: counted.reduce((sum, uses) => sum + uses, 0) };
}

/** Images that one person gains or loses, each counted once for all places. */
class Tally {
  readonly #sets = new Map<Action, Map<Snapshot, Bits>>(ACTIONS.map((action) => [action, new Map()]));

  add(snapshot: Snapshot, action: Action, bits: Bits): void {
    const sets = this.#sets.get(action);
    sets?.set(snapshot, or(sets.get(snapshot) ?? emptyBits(snapshot.records.length), bits));
  }

  counts(): Counts {
    const of = (action: Action) =>
      [...(this.#sets.get(action)?.values() ?? [])].reduce((sum, bits) => sum + count(bits), 0);
    return { discover: of('discover'), pull: of('pull'), execute: of('execute') };
  }
}

interface Change {
  readonly direction: Direction;
  readonly action: Action;
  readonly person: RepresentativeSubject;
  readonly at: string | null;
  readonly image: ImageRecord;
  readonly access: Access;
}

interface CollectedKind extends Omit<KindOfChange, 'images' | 'subjects' | 'uses'> {
  readonly images: Set<ImageRecord>;
  readonly people: Set<RepresentativeSubject>;
}

class Kinds {
  readonly #changed: readonly string[];
  readonly #kinds = new Map<string, CollectedKind>();
  /** An access is one object for all records and people whose decisions are the same. */
  readonly #keys = new WeakMap<Access, Map<string, string>>();

  constructor(changed: readonly string[]) {
    this.#changed = changed;
  }

  add({ direction, action, person, at, image, access }: Change): void {
    const key = this.#key(direction, action, access);
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      const reasons = reasonsFor(action, access);
      const { name: subject, title } = person;
      const example = { subject, title, at, image: { id: image.id, title: image.title } };
      const owners = this.#ownersOf(reasons);
      kind = { direction, action, owners, reasons, example, images: new Set(), people: new Set() };
      this.#kinds.set(key, kind);
    }
    kind.images.add(image);
    kind.people.add(person);
  }

  inOrder(): KindOfChange[] {
    const rank = ({ direction, action, owners }: KindOfChange) =>
      `${DIRECTIONS.indexOf(direction)} ${ACTIONS.indexOf(action)} ${owners.join()}`;
    return [...this.#kinds.values()]
      .map(({ people, images, ...kind }) => ({
        ...kind,
        images: images.size,
        subjects: [...people].map(({ name }) => name),
        ...usesOf([...people]),
      }))
      .sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
  }

  #key(direction: Direction, action: Action, access: Access): string {
    const keys = this.#keys.get(access) ?? new Map<string, string>();
    this.#keys.set(access, keys);
    const purpose = `${direction} ${action}`;
    let key = keys.get(purpose);
    if (key === undefined) {
      const codes = new Set(reasonsFor(action, access).map(({ policy, code }) => `${policy} ${code}`));
      key = [purpose, ...[...codes].sort()].join('\n');
      keys.set(purpose, key);
    }
    return key;
  }

  /** A reason of panfed itself, for a policy that gave none, is attributed to the owners that changed. */
  #ownersOf(reasons: KindOfChange['reasons']): string[] {
    const owners = reasons.flatMap(({ policy }) => (policy === HOST ? this.#changed : [policy]));
    return [...new Set(owners)].sort();
  }
}

function reasonsFor(action: Action, { reasons }: Access): KindOfChange['reasons'] {
  return reasons
    .filter((reason) => reason.action === action)
    .map(({ code, policy, message, remedy }) => ({ code, policy, message, remedy }));
}
