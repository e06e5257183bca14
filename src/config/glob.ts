// Globs over repository names: which names a glob matches, and whether earlier globs match all that a later one does.
// A glob is an automaton with one state per step, so that matching is linear and inclusion can be decided exactly.

/** One character, any run without `/`, or any run. */
type Step = { readonly is: 'character'; readonly character: string } | { readonly is: 'segment' | 'any' };

/** States, as indexes of steps; the state after the last step accepts. */
type States = readonly number[];

/** Combinations of state sets that {@link covers} explores before it gives up. */
const MAX_STATES = 4_096;

/**
 * A test of whether a name matches the glob: `*` matches any characters except `/`, also none, `**` any characters, and
 * everything else matches itself, in the same case. Takes time linear in the name.
 */
export function globMatcher(glob: string): (repository: string) => boolean {
  const steps = parse(glob);
  return (repository) => {
    let states: States = closure(steps, [0]);
    for (const character of repository) {
      states = advance(steps, states, character);
      if (states.length === 0) return false;
    }
    return accepts(steps, states);
  };
}

/**
 * Whether the globs in `earlier` together match every name that `later` matches; false for no globs. Exact,
 * except for globs that need more than 4,096 combinations of states: then false.
 */
export function covers(earlier: readonly string[], later: string): boolean {
  const steps = [later, ...earlier.filter((glob) => overlaps(glob, later))].map(parse);
  if (steps.length === 1) return false;
  // All characters that no glob names behave alike, so that one of them represents them all.
  const alphabet = new Set(['/', '\u0000']);
  for (const step of steps.flat()) if (step.is === 'character') alphabet.add(step.character);

  const start = steps.map((each) => closure(each, [0]));
  const seen = new Set([JSON.stringify(start)]);
  const queue = [start];
  for (let states = queue.pop(); states !== undefined; states = queue.pop()) {
    const [inLater, ...inEarlier] = states.map((each, index) => accepts(steps[index] ?? [], each));
    if (inLater && !inEarlier.includes(true)) return false;
    for (const character of alphabet) {
      const next = states.map((each, index) => advance(steps[index] ?? [], each, character));
      const key = JSON.stringify(next);
      if (next[0]?.length === 0 || seen.has(key)) continue;
      if (seen.size >= MAX_STATES) return false;
      seen.add(key);
      queue.push(next);
    }
  }
  return true;
}

function parse(glob: string): Step[] {
  return (glob.match(/\*\*|./gsu) ?? []).map((part): Step => {
    if (part === '**') return { is: 'any' };
    return part === '*' ? { is: 'segment' } : { is: 'character', character: part };
  });
}

/** A quick no: two globs whose literal beginnings differ match nothing in common. */
function overlaps(one: string, other: string): boolean {
  const [a = '', b = ''] = [one, other].map((glob) => glob.split('*', 1)[0]);
  return a.startsWith(b) || b.startsWith(a);
}

/** Adds the states that are reached without a character, because a run may be empty. */
function closure(steps: readonly Step[], states: Iterable<number>): States {
  const closed = new Set<number>();
  for (let state of states) {
    closed.add(state);
    while (state < steps.length && steps[state]?.is !== 'character') closed.add(++state);
  }
  return [...closed].sort((a, b) => a - b);
}

function advance(steps: readonly Step[], states: States, character: string): States {
  const next: number[] = [];
  for (const state of states) {
    const step = steps[state];
    if (step === undefined) continue;
    if (step.is === 'character') {
      if (step.character === character) next.push(state + 1);
    } else if (step.is === 'any' || character !== '/') {
      next.push(state);
    }
  }
  return closure(steps, next);
}

const accepts = (steps: readonly Step[], states: States): boolean => states.includes(steps.length);
