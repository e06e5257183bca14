// The components of one image, for who may pull it: a page of what its SBOMs list, or all of them to be compared.
import type { Contents } from '../catalog/contents/contents.ts';
import type { Component } from '../components/component.ts';
import { COMPONENT_BOUNDS } from '../components/component-bounds.ts';
import type { SbomFormat } from '../components/read-sbom.ts';
import type { Access } from '../model/decision.ts';
import { fold } from '../model/fold.ts';
import { type Pace, paced } from '../model/pace.ts';
import type { VisibleItem } from './view.ts';

/** A component, as one SBOM of the image lists it. */
export interface ListedComponent extends Component {
  readonly format: SbomFormat;
  readonly platform: string | null;
  /** Whether a signer whom the facility trusts signed the statement with the SBOM. */
  readonly verified: boolean;
}

export interface ComponentPageRequest {
  /** 1 or more. */
  readonly first: number;
  /** How many are before the page; 0: it is the first. */
  readonly from: number;
  /** Part of a name or a package URL, in any case; null: all. */
  readonly search: string | null;
}

export interface ComponentPage {
  readonly items: readonly ListedComponent[];
  /** All that answer, over all pages. */
  readonly totalCount: number;
  /** Whether there may be more: a list is cut, or something that is attached to the image was not read. */
  readonly truncated: boolean;
}

/** Why the caller is not shown what is inside an image; empty: they are. */
export function contentsWithheld({ view, image }: VisibleItem): Access['reasons'] {
  const { pull, reasons } = view.verdict.access(image);
  return pull ? [] : reasons.filter(({ action }) => action === 'pull');
}

/** Whether the caller may pull the image, and so see what is inside. */
export const showsContents = ({ view, image }: VisibleItem): boolean => view.verdict.access(image).pull;

/**
 * A page of the components of an image, by the digests of its SBOMs and in their order; null: the caller may not pull it. Rests
 * where `pace` is due, and rejects with the signal's reason once the request has ended.
 */
export async function componentsOf(
  visible: VisibleItem,
  contents: Contents,
  { first, from, search }: ComponentPageRequest,
  pace: Pace,
): Promise<ComponentPage | null> {
  if (!showsContents(visible)) return null;
  const { sboms, isWhole } = contents.of(visible.image);
  const wanted = search === null ? null : fold(search.trim());
  const items: ListedComponent[] = [];
  let totalCount = 0;
  let truncated = !isWhole;
  for (const { digest, format, platform, isVerified } of sboms) {
    const list = contents.lists.list(digest);
    if (list === null) {
      truncated = true;
      continue;
    }
    truncated ||= list.truncated;
    const take = (component: Component): void => {
      items.push({ ...component, format, platform, verified: isVerified });
    };
    if (wanted === null) {
      const start = Math.max(0, from - totalCount);
      const room = first - items.length;
      if (room > 0 && start < list.length) {
        await paced(list.components(start, Math.min(list.length, start + room)), pace, take);
      }
      totalCount += list.length;
      continue;
    }
    visible.view.bounds.signal.throwIfAborted();
    await paced(list.components(), pace, (component) => {
      if (!isNamed(component, wanted)) return;
      if (totalCount >= from && items.length < first) take(component);
      totalCount += 1;
    });
  }
  return { items, totalCount, truncated };
}

const isNamed = ({ name, purl }: Component, wanted: string): boolean =>
  fold(name).includes(wanted) || (purl !== null && fold(purl).includes(wanted));

/** Components of all SBOMs of an image together; more are not compared. */
const MAX_COMPARED = 2 * COMPONENT_BOUNDS.components;

/**
 * All components of an image, each once over its SBOMs, at most 40,000, and whether there are or may be more (`truncated`);
 * null: no SBOM of it is known. The caller was seen to have the right to pull it. Rests where `pace` is due, and rejects as
 * that does.
 */
export async function allComponents(
  { image }: VisibleItem,
  contents: Contents,
  pace: Pace,
): Promise<{ readonly components: readonly Component[]; readonly truncated: boolean } | null> {
  const { sboms, isWhole } = contents.of(image);
  const seen = new Map<string, Component>();
  let [truncated, isKnown] = [!isWhole, false];
  for (const { digest } of sboms) {
    const list = contents.lists.list(digest);
    isKnown ||= list !== null;
    truncated ||= list === null || list.truncated;
    await paced(list?.components() ?? [], pace, (component) => {
      const { name, version, purl, license } = component;
      const key = JSON.stringify([name, version, purl, license]);
      if (seen.size < MAX_COMPARED) seen.set(key, component);
      else truncated ||= !seen.has(key);
    });
  }
  return isKnown ? { components: [...seen.values()], truncated } : null;
}
