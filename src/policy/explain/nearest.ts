// Finds the nearest change that would allow what is denied: by trying single changes first and then pairs; each
// reported change was confirmed by an evaluation. The search yields to the other work of the process.
import type { Action } from '../../model/decision.ts';
import { answering } from '../../model/pace.ts';
import type { Circumstances } from './case.ts';
import type { Change, ChangedField } from './changes.ts';
import type { Allowed, Given, Trial } from './trial.ts';

/** One fact that would have to be different. */
export interface Step {
  readonly field: ChangedField;
  /** Any of these values is enough. */
  readonly anyOf: readonly string[];
  /** For people: `join one of: …`, `academic: true`. */
  readonly text: string;
}

/** A way to be allowed one action: all of its steps together. */
export interface Way {
  readonly action: Action;
  readonly steps: readonly Step[];
}

/** Single changes, and pairs, that are tried at most; and those that are projected at most to find different ones. */
const MAX_TRIED = 768;
const MAX_PROJECTED = 4_096;
/** Changes that are judged together. */
const BATCH = 128;
/** Ways that are reported for one action, at most; all are equally near. */
const MAX_WAYS = 4;
/** Values that are reported for one step, at most. */
const MAX_VALUES = 8;

/** Changes that are made together, and what they would allow. */
interface Attempt {
  readonly changes: readonly Change[];
  readonly allowed: Allowed;
}

interface Attempts {
  readonly tried: readonly Attempt[];
  /** Whether the time was enough for all of them. */
  readonly whole: boolean;
}

/**
 * For each of the denied actions, in their order, that a change, or a pair of changes, would allow: the ways
 * with the fewest changes, at most {@link MAX_WAYS} (4), with at most eight values a step. At most 768 single
 * changes are judged, and 768 pairs. An action without a way has none within the bounds of the search.
 * Rejects as {@link Trial.allowed} does.
 */
export async function nearestWays(
  trial: Trial,
  now: Circumstances,
  denied: readonly Action[],
  changes: readonly Change[],
): Promise<readonly Way[]> {
  const known = new Set([trial.given(now).key]);
  const singles = await attempt(
    changes.map((change) => [change]),
    now,
    trial,
    known,
  );
  const found = waysOf(singles.tried, denied, now);
  const left = denied.filter((action) => !found.some((way) => way.action === action));
  if (left.length === 0 || !singles.whole) return found;
  // A change that no module can distinguish from none adds nothing to another.
  const distinguishable = singles.tried.flatMap((one) => one.changes);
  const pairs = await attempt(pairsOf(distinguishable), now, trial, known);
  const further = waysOf(pairs.tried, left, now);
  return denied.flatMap((action) => [...found, ...further].filter((way) => way.action === action));
}

/** Tries the sets that a module can distinguish from the present and from earlier ones, up to a bound. */
async function attempt(
  sets: Iterable<readonly Change[]>,
  now: Circumstances,
  trial: Trial,
  known: Set<string>,
): Promise<Attempts> {
  const tried: Attempt[] = [];
  let waiting: { readonly changes: readonly Change[]; readonly given: Given }[] = [];
  let [projected, kept] = [0, 0];

  async function judge(): Promise<boolean> {
    const answers = await trial.allowed(waiting.map(({ given }) => given));
    for (const [index, { changes }] of waiting.entries()) {
      const allowed = answers?.[index] ?? null;
      if (allowed !== null) tried.push({ changes, allowed });
    }
    waiting = [];
    return answers !== null;
  }

  for (const changes of sets) {
    if (trial.spent()) return { tried, whole: false };
    const given = trial.given(applied(changes, now));
    if (!known.has(given.key)) {
      known.add(given.key);
      waiting.push({ changes, given });
      kept += 1;
    }
    projected += 1;
    if (waiting.length === BATCH && !(await judge())) return { tried, whole: false };
    if (kept === MAX_TRIED || projected === MAX_PROJECTED) break;
    if (answering.due()) await answering.rest();
  }
  return { whole: await judge(), tried };
}

function* pairsOf(changes: readonly Change[]): Generator<readonly [Change, Change]> {
  for (const [index, first] of changes.entries()) {
    for (const second of changes.slice(index + 1)) {
      // Two values of a list may be needed together; any other field has one value.
      if (first.field === second.field && !LISTS.has(first.field)) continue;
      // The place comes last, with every place that would be enough.
      yield first.field === 'request.at' ? [second, first] : [first, second];
    }
  }
}

const LISTS: ReadonlySet<ChangedField> = new Set([
  'subject.groups',
  'subject.assurance',
  'subject.sites',
  'subject.affiliations',
]);

function applied(changes: readonly Change[], now: Circumstances): Circumstances {
  return changes.reduce((reached, change) => change.apply(reached), now);
}

function waysOf(tried: readonly Attempt[], denied: readonly Action[], now: Circumstances): Way[] {
  return denied.flatMap((action) => {
    const sets = tried.filter(({ allowed }) => allowed.has(action)).map(({ changes }) => changes);
    const ways = [...alternatives(sets).values()].map((steps) => withSignIn(steps, now));
    const fewest = Math.min(...ways.map((steps) => steps.length));
    return ways
      .filter((steps) => steps.length === fewest)
      .slice(0, MAX_WAYS)
      .map((steps) => ({ action, steps: steps.map(describe) }));
  });
}

/** Merges sets that are equal but for the value of their last change into one way. */
function alternatives(sets: readonly (readonly Change[])[]): Map<string, StepValues[]> {
  const ways = new Map<string, StepValues[]>();
  for (const changes of sets) {
    const last = changes.at(-1);
    if (last === undefined) continue;
    const before = changes.slice(0, -1);
    const key = JSON.stringify([...before.map(({ field, value }) => [field, value]), last.field]);
    const known = ways.get(key)?.at(-1);
    if (known !== undefined) known.anyOf.push(last.value);
    else
      ways.set(
        key,
        [...before, last].map(({ field, value }) => ({ field, anyOf: [value] })),
      );
  }
  return ways;
}

interface StepValues {
  readonly field: ChangedField;
  readonly anyOf: string[];
}

/** Adds signing in, which a group or a membership requires. */
function withSignIn(steps: readonly StepValues[], { subject }: Circumstances): readonly StepValues[] {
  const implied =
    !subject.authenticated &&
    steps.some(({ field }) => field.startsWith('subject.')) &&
    !steps.some(({ field }) => field === 'subject.authenticated');
  return implied ? [{ field: 'subject.authenticated', anyOf: ['true'] }, ...steps] : steps;
}

function describe({ field, anyOf }: StepValues): Step {
  const values = anyOf.slice(0, MAX_VALUES);
  const list = values.join(', ') + (anyOf.length > values.length ? ', …' : '');
  return { field, anyOf: values, text: wording(field, list, values.length > 1) };
}

function wording(field: ChangedField, values: string, several: boolean): string {
  switch (field) {
    case 'subject.authenticated':
      return 'sign in';
    case 'request.at':
      if (values === 'null') return 'name no place';
      return several ? `name one of these places: ${values}` : `name a place: ${values}`;
    case 'subject.academic':
      return `academic: ${values}`;
    case 'subject.groups':
      return several ? `join one of: ${values}` : `join ${values}`;
    case 'subject.assurance':
      return several ? `have an identity of one of: ${values}` : `have an identity of ${values}`;
    case 'subject.sites':
      return several ? `be a member of one of: ${values}` : `be a member of ${values}`;
    case 'subject.affiliations':
      return several ? `be one of: ${values}` : `be ${values}`;
    case 'subject.issuer':
      return several ? `sign in by one of: ${values}` : `sign in by ${values}`;
  }
}
