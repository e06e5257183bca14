// Globs over repository names: which names a glob matches, and whether earlier globs match all that a later one does.
import { automatonOf, SLASH, type States, stepsOf } from './glob-automaton.ts';

/** Combinations of state sets that {@link covers} explores before it gives up. */
const MAX_STATES = 4_096;

/**
 * A test of whether a name matches the glob: `*` matches any characters except `/`, also none, `**` any characters, and
 * everything else matches itself, in the same case. Takes time linear in the name, and makes no objects.
 */
export function globMatcher(glob: string): (repository: string) => boolean {
  // ASCII alone, where no character is half of another.
  const prefix = /^[^*\u0080-\uffff]*/.exec(glob)?.[0] ?? '';
  const { start, advance, accepts, acceptsAll } = automatonOf(glob.slice(prefix.length));
  const states = new Uint32Array(start.length);
  return (repository) => {
    if (!repository.startsWith(prefix)) return false;
    states.set(start);
    for (let index = prefix.length; index < repository.length; ) {
      if (acceptsAll(states)) return true;
      const code = repository.codePointAt(index) as number;
      if (!advance(states, code)) return false;
      index += code > 0xffff ? 2 : 1;
    }
    return accepts(states);
  };
}

/**
 * Whether the globs in `earlier` together match every name that `later` matches; false for no globs. Exact,
 * except for globs that need more than 4,096 combinations of states: then false.
 */
export function covers(earlier: readonly string[], later: string): boolean {
  const globs = [later, ...earlier.filter((glob) => overlaps(glob, later))];
  if (globs.length === 1) return false;
  const automata = globs.map(automatonOf);
  // All characters that no glob names behave alike, so that one of them represents them all.
  const alphabet = new Set([SLASH, 0]);
  for (const step of globs.flatMap(stepsOf)) if (step.is === 'character') alphabet.add(step.code);

  const start = automata.map((automaton) => automaton.start);
  const seen = new Set([start.join(';')]);
  const queue = [start];
  for (let states = queue.pop(); states !== undefined; states = queue.pop()) {
    const now = states;
    const [inLater, ...inEarlier] = automata.map((automaton, index) =>
      automaton.accepts(now[index] as States),
    );
    if (inLater && !inEarlier.includes(true)) return false;
    for (const code of alphabet) {
      const next = now.map((each) => each.slice());
      const [goesOn] = automata.map((automaton, index) => automaton.advance(next[index] as States, code));
      const key = next.join(';');
      if (!goesOn || seen.has(key)) continue;
      if (seen.size >= MAX_STATES) return false;
      seen.add(key);
      queue.push(next);
    }
  }
  return true;
}

/** A quick no: two globs whose literal beginnings differ match nothing in common. */
function overlaps(one: string, other: string): boolean {
  const [a = '', b = ''] = [one, other].map((glob) => glob.split('*', 1)[0]);
  return a.startsWith(b) || b.startsWith(a);
}
