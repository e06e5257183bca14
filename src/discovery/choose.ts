// Choices → one bitset per field and registry: the preference module decides which values match, and the records with
// one of them match the field. Versions are compared here, because Rego has no order for them, and components, which no policy
// reads.
import { type Bits, emptyBits, or } from '../catalog/bitset.ts';
import type { Contents } from '../catalog/contents/contents.ts';
import { addHolders } from '../catalog/index/holders.ts';
import type { IndexedField } from '../catalog/index/snapshot-index.ts';
import { versionsWithin } from '../catalog/index/version.ts';
import type { ChoiceField } from '../model/choices.ts';
import type { Action } from '../model/decision.ts';
import { fold } from '../model/fold.ts';
import { type Pace, paced } from '../model/pace.ts';
import { parseVersionRange, type VersionRange } from '../model/version-range.ts';
import { matchComponent } from './components.ts';
import type { ResolvedChoice } from './resolve.ts';
import { type SnapshotAccess, type View, visibleValues } from './view.ts';

/** The records that match one field's choice: one bitset per snapshot of the view, in the view's order. */
export interface FieldMatch {
  readonly field: ChoiceField;
  readonly bits: readonly Bits[];
  /** A field of the same side that narrows this one: beside `versions`, `frameworks` alone excludes nothing. */
  readonly narrowedBy: ChoiceField | null;
}

/** The choices of each side, resolved. */
export interface Sides {
  readonly only: readonly ResolvedChoice[];
  readonly except: readonly ResolvedChoice[];
  readonly prefer: readonly ResolvedChoice[];
}

/**
 * The matches of one side, one per choice in their order, each with one bitset per snapshot of the view. A
 * version belongs to a framework: versions are those of the frameworks chosen on the same side, else in
 * `only`, so that an image with RELION 3 and CTFFIND 5 does not match RELION 5, and `except` excludes RELION
 * 5 but not all of RELION. Rejects as {@link Policies.match} does: with POLICY_FAILED where the preference
 * module cannot judge a choice, with NOT_READY where too many evaluations wait or the engine is closed, and
 * with INTERNAL if a worker does not start. Rests where `pace` is due.
 */
export async function matchChoices(
  view: View,
  contents: Contents,
  sides: Sides,
  side: keyof Sides,
  pace: Pace,
): Promise<readonly FieldMatch[]> {
  const choices = sides[side];
  const frameworks = frameworksOf(choices) ?? frameworksOf(sides.only);
  const narrowedBy =
    side === 'except' && choices.some(({ field }) => field === 'versions') ? 'versions' : null;
  return Promise.all(
    choices.map(async (choice) => ({
      field: choice.field,
      bits: await matchField(view, contents, choice, frameworks, pace),
      narrowedBy: choice.field === 'frameworks' ? narrowedBy : null,
    })),
  );
}

/** The folded names of the chosen frameworks, in the choice's order; null where none is chosen. */
export function frameworksOf(choices: readonly ResolvedChoice[]): readonly string[] | null {
  return choices.find(({ field }) => field === 'frameworks')?.values.map(fold) ?? null;
}

async function matchField(
  view: View,
  contents: Contents,
  choice: ResolvedChoice,
  frameworks: readonly string[] | null,
  pace: Pace,
): Promise<readonly Bits[]> {
  const { field } = choice;
  if (field === 'versions') return matchVersions(view, choice.values, frameworks, pace);
  if (field === 'components') return matchComponents(view, contents, choice.values, pace);
  // What the caller may do is decided already; the preference module does not compare it.
  if (field === 'may') return view.parts.map((part) => recordsWith(part, field, choice.values));
  const values = [...visibleValues(view, field).values()];
  const matching = await view.policies.match({ field, choice: choice.values, values });
  const names = matching.map((index) => values[index] ?? '');
  return view.parts.map((part) => recordsWith(part, field, names));
}

function recordsWith(part: SnapshotAccess, field: IndexedField | 'may', values: readonly string[]): Bits {
  const size = part.snapshotIndex.snapshot.records.length;
  if (field === 'may') {
    return values.reduce((bits, action) => or(bits, part[action as Action]), emptyBits(size));
  }
  const bits = emptyBits(size);
  for (const value of values) {
    const holders = part.snapshotIndex.fields[field].get(fold(value));
    if (holders !== undefined) addHolders(bits, holders);
  }
  return bits;
}

async function matchComponents(
  view: View,
  contents: Contents,
  chosen: readonly string[],
  pace: Pace,
): Promise<readonly Bits[]> {
  let all: readonly Bits[] = view.parts.map(({ snapshotIndex }) =>
    emptyBits(snapshotIndex.snapshot.records.length),
  );
  for (const text of chosen) {
    view.bounds.signal.throwIfAborted();
    const bits = await matchComponent(view, contents, text, pace);
    all = all.map((one, index) => or(one, bits[index] as Bits));
  }
  return all;
}

async function matchVersions(
  { parts }: View,
  chosen: readonly string[],
  frameworks: readonly string[] | null,
  pace: Pace,
): Promise<readonly Bits[]> {
  const ranges = rangesIn(chosen);
  const matching: Bits[] = [];
  for (const { snapshotIndex } of parts) {
    const bits = emptyBits(snapshotIndex.snapshot.records.length);
    await paced(versionsWithin(snapshotIndex.versions, ranges, frameworks), pace, (holders) =>
      addHolders(bits, holders),
    );
    matching.push(bits);
  }
  return matching;
}

/**
 * The ranges of these texts, in their order (see {@link parseVersionRange}). A text that is no range is left out;
 * GraphQL's arguments were validated, so that there is none.
 */
export function rangesIn(texts: readonly string[]): readonly VersionRange[] {
  return texts.flatMap((text) => parseVersionRange(text) ?? []);
}
