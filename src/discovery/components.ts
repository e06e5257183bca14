// Choices of components: the images that the caller may pull and that have one that is chosen. What is inside an image that
// the caller may not pull has no part in any answer.
import { add, type Bits, emptyBits, has } from '../catalog/bitset.ts';
import type { Contents } from '../catalog/contents/contents.ts';
import { type ComponentChoice, parseComponentChoice } from '../components/component-choice.ts';
import { type NameIndex, nameIndex, nearestIn } from '../model/nearest.ts';
import { endingWith, type Pace, paced } from '../model/pace.ts';
import type { Verdict } from '../policy/engine.ts';
import type { SnapshotAccess, View } from './view.ts';

/** Different names of components that suggestions are taken from: their index is made in one turn. */
const MAX_NAMES = 20_000;

/** The choice that a text is; null: it is none. GraphQL's arguments were validated, so that there is none. */
function choiceOf(text: string): ComponentChoice | null {
  const choice = parseComponentChoice(text);
  return 'message' in choice ? null : choice;
}

/** A question asks for its matches, and then whether there are any. */
const matchesByView = new WeakMap<View, Map<string, Promise<readonly Bits[]>>>();

/**
 * The images that have a component of the choice and that the caller may pull: one bitset per snapshot of the view, in its
 * order; without a bit for a text that is no choice of a component. Rests where `pace` is due, and rejects with the signal's
 * reason once the request has ended.
 */
export function matchComponent(
  view: View,
  contents: Contents,
  text: string,
  pace: Pace,
): Promise<readonly Bits[]> {
  const known = matchesByView.get(view) ?? new Map<string, Promise<readonly Bits[]>>();
  matchesByView.set(view, known);
  const matches = known.get(text) ?? findImages(view, contents, text, endingWith(pace, view.bounds.signal));
  known.set(text, matches);
  return matches;
}

async function findImages(
  view: View,
  contents: Contents,
  text: string,
  pace: Pace,
): Promise<readonly Bits[]> {
  const matches = view.parts.map(({ snapshotIndex }) => emptyBits(snapshotIndex.snapshot.records.length));
  const choice = choiceOf(text);
  if (choice === null) return matches;
  const places = placesOf(view);
  const digests = await contents.lists.choose([choice], pace);
  await paced(contents.imagesWith(digests), pace, (id) => {
    const found = pullable(places, id);
    if (found !== null) add(matches[found.index] as Bits, found.document);
  });
  return matches;
}

interface PlacedPart {
  readonly index: number;
  readonly part: SnapshotAccess;
}

/** The parts of a view by how the ids of their images begin. */
const placesOf = ({ parts }: View): ReadonlyMap<string, PlacedPart> =>
  new Map(
    parts.map((part, index) => {
      const { facility, registry } = part.snapshotIndex.snapshot;
      return [`${facility}/${registry}`, { index, part }];
    }),
  );

/** Where the image is in the view; null: it is not, or the caller may not pull it. */
function pullable(
  places: ReadonlyMap<string, PlacedPart>,
  id: string,
): { readonly index: number; readonly document: number } | null {
  const place = places.get(id.slice(0, id.indexOf('/', id.indexOf('/') + 1)));
  if (place === undefined) return null;
  const document = place.part.snapshotIndex.byId.get(id);
  return document !== undefined && has(place.part.pull, document) ? { index: place.index, document } : null;
}

/**
 * Those of the texts of which no image that the caller may pull has a component, in their order, each once; empty where all
 * are known. Images that the question leaves out count, so that a choice is not unknown for being out of its scope. Rejects
 * as {@link matchComponent} and {@link View.all} do.
 */
export async function unknownComponents(
  view: View,
  contents: Contents,
  texts: Iterable<string>,
  pace: Pace,
): Promise<readonly string[]> {
  const unknown: string[] = [];
  for (const text of new Set(texts)) {
    if (await isMatched(view, contents, text, pace)) continue;
    const all = await view.all();
    if (all === view || !(await isMatched(all, contents, text, pace))) unknown.push(text);
  }
  return unknown;
}

const isMatched = async (view: View, contents: Contents, text: string, pace: Pace): Promise<boolean> =>
  (await matchComponent(view, contents, text, pace)).some((bits) => bits.some((word) => word !== 0));

const namesByVerdict = new WeakMap<Verdict, { readonly revision: number; readonly names: NameIndex }>();

/**
 * A function that gives at most three names of components near a choice, of those in images of the view that the caller may
 * pull, none where nothing is near; of more than 20,000 names the first ones by the digests of their SBOMs. The names are
 * those of now. Rejects as {@link matchComponent}; the function never throws.
 */
export async function componentSuggestions(
  view: View,
  contents: Contents,
  pace: Pace,
): Promise<(text: string) => readonly string[]> {
  const known = namesByVerdict.get(view.verdict);
  const { revision } = contents;
  const names =
    known?.revision === revision
      ? known.names
      : nameIndex(await visibleNames(view, contents, endingWith(pace, view.bounds.signal)));
  namesByVerdict.set(view.verdict, { revision, names });
  return (text) => nearestIn(choiceOf(text)?.name ?? text, [names]);
}

async function visibleNames(view: View, contents: Contents, pace: Pace): Promise<readonly string[]> {
  const places = placesOf(view);
  const digests: string[] = [];
  await paced(contents.holders(), pace, ([digest, ids]) => {
    for (const id of ids) {
      if (pullable(places, id) === null) continue;
      digests.push(digest);
      return;
    }
  });
  return contents.lists.names(digests.sort(), MAX_NAMES, pace);
}
