// What changed from the components of one image to those of another.
import { fold } from '../model/fold.ts';
import { answering, type Pace, paced } from '../model/pace.ts';
import { byCodeUnits, sortedInTurns } from '../model/sorted.ts';
import { compareVersionParts } from '../model/version.ts';
import { type ComparableVersion, comparableVersion, compareReleases } from '../model/version-range.ts';
import type { Component } from './component.ts';
import { purlParts } from './purl.ts';

/** A component in both lists, as each has it. */
export interface ComponentChange {
  readonly before: Component;
  readonly after: Component;
}

/** The first ones of a list, and how many follow. */
export interface Shortened<T> {
  readonly shown: readonly T[];
  readonly leftOut: number;
}

/** Each list is ordered by name, then ecosystem; what is added, removed or went from one version to another then by version, the newest first. */
export interface ComponentComparison {
  readonly added: Shortened<Component>;
  readonly removed: Shortened<Component>;
  /** To a newer version. */
  readonly up: Shortened<ComponentChange>;
  /** To an older version. */
  readonly down: Shortened<ComponentChange>;
  /** To another version of which nobody can say whether it is newer: a commit, `latest`, or none. */
  readonly changed: Shortened<ComponentChange>;
  /** In both under licenses that differ and are both known; also those whose version changed. */
  readonly relicensed: Shortened<ComponentChange>;
}

export interface ComparingOptions {
  /** At most, of each list. Default: 1,000. */
  readonly shown?: number;
  /** In whose turns it works. Default: {@link answering}. */
  readonly pace?: Pace;
}

const SHOWN = 1_000;
/** Versions of one component on one side that are paired: more are no update, and sorting them would take long. */
const PAIRED = 1_000;
/** A name in one of these belongs to the distribution, which is the purl's namespace: debian's openssl and ubuntu's are one. */
const DISTRIBUTIONS: ReadonlySet<string> = new Set(['alpm', 'apk', 'deb', 'rpm']);

interface Versioned {
  readonly component: Component;
  /** null: none, or one that cannot be ordered. */
  readonly version: ComparableVersion | null;
}

type Lists = { -readonly [Name in keyof ComponentComparison]: ComponentComparison[Name]['shown'][number][] };

/**
 * Compares two lists of components. A component is identified by its name and its purl's type (`<namespace>/<name>` where
 * that is no distribution). Versions of one that are in both stay; of the others the newest ones are a pair, the next
 * newest, and so on, so that a component of which there are several versions is neither added nor removed by an update;
 * of more than 1,000 on a side none is paired. The comparison of `after` with `before` is the mirror of this one. Rejects
 * as the pace does alone.
 */
export async function compareComponents(
  before: readonly Component[],
  after: readonly Component[],
  { shown = SHOWN, pace = answering }: ComparingOptions = {},
): Promise<ComponentComparison> {
  const lists: Lists = { added: [], removed: [], up: [], down: [], changed: [], relicensed: [] };
  const groups = await differing(before, after, pace);
  await paced(await sortedInTurns(groups.keys(), pace, byCodeUnits), pace, (identity) => {
    const { ours, theirs } = groups.get(identity) as Group;
    compareVersions(ours, theirs, lists);
  });
  const shortened = <T>(list: readonly T[]): Shortened<T> => ({
    shown: list.slice(0, shown),
    leftOut: Math.max(0, list.length - shown),
  });
  return {
    added: shortened(lists.added),
    removed: shortened(lists.removed),
    up: shortened(lists.up),
    down: shortened(lists.down),
    changed: shortened(lists.changed),
    relicensed: shortened(lists.relicensed),
  };
}

/** Components of one identity without an equal one on the other side. */
interface Group {
  readonly ours: Component[];
  readonly theirs: Component[];
}

async function differing(
  before: readonly Component[],
  after: readonly Component[],
  pace: Pace,
): Promise<ReadonlyMap<string, Group>> {
  /** How many of each component of `before` are not in `after`. */
  const counts = new Map<string, number>();
  const groups = new Map<string, Group>();
  const groupOf = (component: Component): Group => {
    const identity = identityOf(component);
    const group = groups.get(identity) ?? { ours: [], theirs: [] };
    groups.set(identity, group);
    return group;
  };
  await paced(before, pace, (component) => {
    const text = textOf(component);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  });
  await paced(after, pace, (component) => {
    const text = textOf(component);
    const count = counts.get(text) ?? 0;
    if (count > 0) counts.set(text, count - 1);
    else groupOf(component).theirs.push(component);
  });
  await paced(before, pace, (component) => {
    const text = textOf(component);
    const count = counts.get(text) ?? 0;
    if (count === 0) return;
    counts.set(text, count - 1);
    groupOf(component).ours.push(component);
  });
  return groups;
}

/** Sorted by it, names come before ecosystems: inert text has no NUL. */
function identityOf({ name, purl }: Component): string {
  if (purl === null) return `${fold(name)}\0`;
  const { type, namespace, name: packageName } = purlParts(purl);
  const own = namespace === null || DISTRIBUTIONS.has(type) ? packageName : `${namespace}/${packageName}`;
  return `${fold(own)}\0${type}`;
}

/** Compares the components of one identity. */
function compareVersions(before: readonly Component[], after: readonly Component[], lists: Lists): void {
  if (before.length > PAIRED || after.length > PAIRED) {
    for (const component of before) lists.removed.push(component);
    for (const component of after) lists.added.push(component);
    return;
  }
  const [ours, theirs] = withoutSame(before, after, lists);
  const older = ours.map(versioned).sort(byVersion);
  const newer = theirs.map(versioned).sort(byVersion);
  const pairs = Math.min(older.length, newer.length);
  for (let index = 0; index < pairs; index += 1) {
    const from = older[index] as Versioned;
    const to = newer[index] as Versioned;
    const change = { before: from.component, after: to.component };
    const order = orderOf(from, to);
    lists[order < 0 ? 'up' : order > 0 ? 'down' : 'changed'].push(change);
    noteLicenses(change, lists);
  }
  lists.removed.push(...older.slice(pairs).map(({ component }) => component));
  lists.added.push(...newer.slice(pairs).map(({ component }) => component));
}

/** Both sides without those of one version, which differ in spelling, license or purl alone. */
function withoutSame(
  before: readonly Component[],
  after: readonly Component[],
  lists: Lists,
): readonly [readonly Component[], readonly Component[]] {
  const versions = new Map<string | null, Component[]>();
  for (const component of [...after].sort(byText)) {
    const same = versions.get(component.version);
    if (same === undefined) versions.set(component.version, [component]);
    else same.push(component);
  }
  const left: Component[] = [];
  for (const component of [...before].sort(byText)) {
    const like = versions.get(component.version)?.shift();
    if (like === undefined) left.push(component);
    else noteLicenses({ before: component, after: like }, lists);
  }
  return [left, [...versions.values()].flat()];
}

function noteLicenses(change: ComponentChange, lists: Lists): void {
  const { before, after } = change;
  if (before.license === null || after.license === null || before.license === after.license) return;
  lists.relicensed.push(change);
}

function versioned(component: Component): Versioned {
  const version = component.version === null ? null : comparableVersion(component.version);
  return { component, version: version !== null && version.parts.length > 0 ? version : null };
}

/** Negative: the second is newer; 0: nobody can say, or they are spellings of one version. */
function orderOf(a: Versioned, b: Versioned): number {
  if (a.version === null || b.version === null) return 0;
  return compareVersionParts(a.version.release, b.version.release);
}

/** The newest first; those that cannot be ordered last. */
function byVersion(a: Versioned, b: Versioned): number {
  if (a.version === null || b.version === null) {
    return Number(a.version === null) - Number(b.version === null) || byText(a.component, b.component);
  }
  return compareReleases(b.version, a.version) || byText(a.component, b.component);
}

function byText(a: Component, b: Component): number {
  const one = textOf(a);
  const other = textOf(b);
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Everything in it, the version first; inert text has no NUL. */
const textOf = ({ name, version, purl, license }: Component): string =>
  `${version ?? ''}\0${name}\0${purl ?? ''}\0${license ?? ''}`;
