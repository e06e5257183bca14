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
 * The term itself or a broader one: yes, for what does that does the narrower. A narrower one: unknown, for it may do no more.
 * @param narrower the term and all below it, as ids; empty for an id that is not known
 */
export function judgeTerm(
  { code, asked, does, label }: TermKind,
  wanted: string | null,
  stated: readonly string[],
  narrower: (id: string) => readonly string[],
): Outcome {
  if (wanted === null) return yes(`${code}_NOT_ASKED`, `No ${code.toLowerCase()} is asked for.`);
  const question = `${asked} ${shown(wanted)}`;
  if (stated.length === 0)
    return unknown(
      `${code}_NOT_SAID`,
      `${question}; nobody said what the image ${does}.`,
      `State it in the image's label \`${label}\`.`,
    );
  if (stated.includes(wanted)) return yes(`${code}_SAME`, `${question}, which the image ${does}.`);
  const broader = stated.find((id) => narrower(id).includes(wanted));
  if (broader !== undefined)
    return yes(`${code}_BROADER`, `${question}, which is ${shown(broader)}, and the image ${does} that.`);
  const below = narrower(wanted);
  const within = stated.filter((id) => below.includes(id));
  if (within.length > 0)
    return unknown(
      `${code}_NARROWER`,
      `${question}; of that, the image ${does} ${listed(within)}.`,
      `Ask for ${listed(within)}, if that is what it is.`,
    );
  return no(
    `${code}_OTHER`,
    `${question}; the image ${does} ${listed(stated)}.`,
    `Use an image that ${does} ${shown(wanted)}.`,
  );
}
