// What facilities' own words for techniques mean: a technique of PaNET, or one of their own.
import type { FacilityConfig } from '../config/facility.ts';
import type { Report } from '../config/problem.ts';
import type { TermConfig } from '../config/terms.ts';
import { fold } from '../model/fold.ts';
import { nearest } from '../model/nearest.ts';
import { joinedKey } from './names.ts';
import type { OwnTechnique, Techniques } from './techniques.ts';

/** A word of a facility, and the id of the technique that it means there. */
export interface FacilityTerm {
  readonly facility: string;
  readonly term: string;
  readonly id: string;
}

export interface FacilityTerms {
  /** Techniques that PaNET does not have; those with one label are one. */
  readonly own: readonly OwnTechnique[];
  /** In the order of the facilities. */
  readonly terms: readonly FacilityTerm[];
}

/** What the ids of techniques begin with that PaNET does not have. */
const OWN = 'term:';

/** Whether the id is of a technique that PaNET does not have. */
export const isOwnTechnique = (id: string): boolean => id.startsWith(OWN);

/**
 * The terms of all facilities, with the techniques of PaNET that they name. Reports a technique that PaNET does not have, or has
 * several of; a label that PaNET has; a term that a facility gives twice; and a label that two facilities define otherwise. What is
 * reported is left out. Never throws.
 */
export function readFacilityTerms(
  facilities: readonly Pick<FacilityConfig, 'id' | 'terms'>[],
  panet: Techniques,
  report: Report,
): FacilityTerms {
  const own = new Map<string, Stated>();
  const terms: FacilityTerm[] = [];
  for (const [index, facility] of facilities.entries()) {
    const seen = new Set<string>();
    for (const [at, config] of facility.terms.entries()) {
      const path = ['facilities', index, 'terms', at];
      const key = joinedKey(config.term) ?? '';
      if (seen.has(key))
        report([...path, 'term'], `${facility.id} gives ${JSON.stringify(config.term)} twice`);
      seen.add(key);
      const id = meaning(config, facility.id, { panet, own, path, report });
      if (id !== null) terms.push({ facility: facility.id, term: config.term, id });
    }
  }
  return { own: [...own.values()].map(({ technique }) => technique), terms };
}

/** An own technique, and who stated it first. */
interface Stated {
  readonly technique: OwnTechnique;
  readonly facility: string;
}

interface Context {
  readonly panet: Techniques;
  readonly own: Map<string, Stated>;
  readonly path: readonly PropertyKey[];
  readonly report: Report;
}

function meaning(config: TermConfig, facility: string, context: Context): string | null {
  const { technique, label = '', definition = null, broader = [] } = config;
  if (technique !== undefined) return panetId(technique, 'technique', context);
  const { panet, own, path, report } = context;
  const [known] = panet.named(label);
  if (known !== undefined) {
    report(
      [...path, 'label'],
      `PaNET has ${JSON.stringify(label)}`,
      `Give \`technique: ${known.id}\` instead.`,
    );
    return null;
  }
  const above = broader.map((name) => panetId(name, 'broader', context));
  const id = ownId(label);
  const stated = { id, label, definition, broader: above.filter((one) => one !== null).sort() };
  const before = own.get(id);
  if (before === undefined) own.set(id, { technique: stated, facility });
  else if (isOtherwise(before.technique, config, stated)) {
    report(
      [...path, 'label'],
      `${before.facility} gives ${JSON.stringify(label)} another definition, or other broader techniques`,
      'Say the same, leave it to the first that says it, or give another label.',
    );
  }
  return id;
}

/** What is left out is not said otherwise. */
const isOtherwise = (before: OwnTechnique, { definition, broader }: TermConfig, now: OwnTechnique): boolean =>
  (definition !== undefined && before.definition !== definition) ||
  (broader !== undefined && before.broader.join() !== now.broader.join());

function panetId(
  name: string,
  key: 'technique' | 'broader',
  { panet, path, report }: Context,
): string | null {
  const found = panet.byId(name);
  const named = found === null ? panet.named(name) : [found];
  const [only, ...others] = named;
  if (only !== undefined && others.length === 0) return only.id;
  const hint =
    only === undefined
      ? didYouMean(
          nearest(
            name,
            panet.terms.flatMap(({ label, synonyms }) => [label, ...synonyms]),
          ),
        )
      : `Give one of their ids: ${named.map(({ id }) => id).join(', ')}.`;
  const what = only === undefined ? 'no technique' : `${named.length} techniques`;
  report([...path, key], `PaNET has ${what} called ${JSON.stringify(name)}`, hint);
  return null;
}

const didYouMean = (names: readonly string[]): string =>
  names.length === 0
    ? 'Give an id, label or synonym of PaNET, or `label` in its place for what PaNET does not have.'
    : `Did you mean ${names.join(', ')}?`;

/** Labels that differ in case, spacing and signs are one. */
const ownId = (label: string): string =>
  `${OWN}${fold(label)
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')}`;
