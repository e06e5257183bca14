// Globs over repository names: which names one matches, and whether earlier ones leave a later one nothing to match.
// A glob is an automaton of one state a step, so that matching is linear and inclusion can be decided exactly.

/** A character that must be there, any run without `/`, or any run. */
type Step = { readonly is: 'character'; readonly character: string } | { readonly is: 'segment' | 'any' };

/** States, as indexes of steps; a state behind the last step accepts. */
type States = readonly number[];

/** Pairs of state sets that {@link covers} looks at before it gives up. */
const MOST_STATES = 4_096;

/** `*` matches any characters but `/`, `**` any characters, none included; everything else itself, case and all. */
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
 * Whether every name that `later` matches is matched by one of `earlier`, together. Exact, but for globs so intricate
 * that the answer is given up: then false.
 */
export function covers(earlier: readonly string[], later: string): boolean {
  const steps = [later, ...earlier.filter((glob) => overlaps(glob, later))].map(parse);
  if (steps.length === 1) return false;
  // All characters that no glob names behave alike: one of them stands for all.
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
      if (seen.size >= MOST_STATES) return false;
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

/** A run may be empty: its state is also the next one. */
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
