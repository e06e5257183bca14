// Whether a term of the vocabulary that is asked for is one of those that an image states.
import { listed, no, type Outcome, shown, unknown, yes } from '../verdict.ts';

/** What the terms are: `format`, and how sentences say it. */
export interface TermKind {
  /** Begins the codes. */
  readonly code: string;
  /** `The data are`. */
  readonly asked: string;
  /** `reads`. */
  readonly does: string;
  /** Where the image states it. */
  readonly label: string;
}

/**
 * Any of the terms that are asked for will do. The term itself or a broader one: yes, for what does that does the narrower. A narrower
 * one: unknown, for it may do no more.
 * @param wanted ids; empty: nothing is asked for; null: something is, and nobody knows what
 * @param labelOf what people call a term; undefined: no more than its id
 * @param narrower the term and all below it, as ids; empty for an id that is not known
 */
export function judgeTerm(
  { code, asked, does, label }: TermKind,
  wanted: readonly string[] | null,
  stated: readonly string[],
  narrower: (id: string) => readonly string[],
  labelOf: (id: string) => string | undefined,
): Outcome {
  const named = (id: string): string => {
    const known = labelOf(id);
    return shown(known === undefined || known === id ? id : `${known} (${id})`);
  };
  const all = (ids: readonly string[]): string => listed(ids.map(named));
  if (wanted === null)
    return unknown(
      `${code}_OF_DATA_UNKNOWN`,
      `Nobody said of which ${code.toLowerCase()} the data are.`,
      `Say it in \`data.${code.toLowerCase()}\`.`,
    );
  const [first] = wanted;
  if (first === undefined) return yes(`${code}_NOT_ASKED`, `No ${code.toLowerCase()} is asked for.`);
  const question = `${asked} ${wanted.length === 1 ? named(first) : `any of ${all(wanted)}`}`;
  const which = (id: string): string => (wanted.length === 1 ? 'which' : `and ${named(id)} is what`);
  if (stated.length === 0)
    return unknown(
      `${code}_NOT_SAID`,
      `${question}; nobody said what the image ${does}.`,
      `State it in the image's label \`${label}\`.`,
    );
  const same = wanted.find((id) => stated.includes(id));
  if (same !== undefined) return yes(`${code}_SAME`, `${question}, ${which(same)} the image ${does}.`);
  for (const id of wanted) {
    const broader = stated.find((above) => narrower(above).includes(id));
    if (broader === undefined) continue;
    const what = wanted.length === 1 ? 'which' : named(id);
    return yes(
      `${code}_BROADER`,
      `${question}, ${wanted.length === 1 ? '' : 'and '}${what} is ${named(broader)}, and the image ${does} that.`,
    );
  }
  const below = wanted.flatMap((id) => narrower(id));
  const within = stated.filter((id) => below.includes(id));
  if (within.length > 0)
    return unknown(
      `${code}_NARROWER`,
      `${question}; of that, the image ${does} ${all(within)}.`,
      `Ask for ${all(within)}, if that is what it is.`,
    );
  return no(
    `${code}_OTHER`,
    `${question}; the image ${does} ${all(stated)}.`,
    `Use an image that ${does} ${all(wanted)}.`,
  );
}
