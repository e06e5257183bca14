// A glob as an automaton with one state per step. A set of states is bits of a few words that are changed in place, so that
// a list of a hundred thousand names is matched without an object for each character.

/** One character, any run without `/`, or any run. */
export type Step = { readonly is: 'character'; readonly code: number } | { readonly is: 'segment' | 'any' };

/** Bit `i` of the words together: step `i` may be next; the bit behind the last step: the glob is matched. */
export type States = Uint32Array;

export interface Automaton {
  /** Before the first character; to be copied, since `advance` writes to what it is given. */
  readonly start: States;
  /** Goes on by one character, in place; false: nothing that begins like this is matched. */
  advance(states: States, code: number): boolean;
  /** Whether what was read is matched. */
  accepts(states: States): boolean;
  /** Whether what was read is matched whatever follows. */
  acceptsAll(states: States): boolean;
}

/** `/`, over which `*` does not go. */
export const SLASH = 0x2f;

/** The steps of a glob. No two runs stand side by side: of those that do, the wider one matches what all of them do. */
export function stepsOf(glob: string): readonly Step[] {
  return (glob.match(/\*+|./gsu) ?? []).map((part): Step => {
    if (part.startsWith('**')) return { is: 'any' };
    return part === '*' ? { is: 'segment' } : { is: 'character', code: part.codePointAt(0) as number };
  });
}

/** The automaton of a glob, as `globMatcher` defines its meaning. */
export function automatonOf(glob: string): Automaton {
  const steps = stepsOf(glob);
  const words = (steps.length >>> 5) + 1;
  const none = new Uint32Array(words);
  const runs = setOf(words, steps, ({ is }) => is !== 'character');
  const anyRuns = setOf(words, steps, ({ is }) => is === 'any');
  const byCode = new Map<number, States>();
  for (const step of steps) {
    if (step.is !== 'character' || byCode.has(step.code)) continue;
    const { code } = step;
    byCode.set(
      code,
      setOf(words, steps, (other) => other.is === 'character' && other.code === code),
    );
  }

  /** A run may be empty: what is behind it may be next as well, and that is no run. */
  function passRuns(states: States): void {
    for (let word = words - 1; word >= 0; word -= 1) {
      const carried = word === 0 ? 0 : at(states, word - 1) & at(runs, word - 1);
      const here = at(states, word);
      states[word] = here | ((here & at(runs, word)) << 1) | (carried >>> 31);
    }
  }

  const start = new Uint32Array(words);
  start[0] = 1;
  passRuns(start);
  const has = (states: States, step: number): boolean => ((at(states, step >>> 5) >>> (step & 31)) & 1) === 1;
  const endsOpen = steps.at(-1)?.is === 'any';

  return {
    start,
    advance(states, code) {
      const passed = byCode.get(code) ?? none;
      const stays = code === SLASH ? anyRuns : runs;
      let all = 0;
      // The highest word first, so that each takes over from the one below as that was before.
      for (let word = words - 1; word >= 0; word -= 1) {
        const carried = word === 0 ? 0 : at(states, word - 1) & at(passed, word - 1);
        const here = at(states, word);
        const next = ((here & at(passed, word)) << 1) | (carried >>> 31) | (here & at(stays, word));
        states[word] = next;
        all |= next;
      }
      if (all !== 0) passRuns(states);
      return all !== 0;
    },
    accepts: (states) => has(states, steps.length),
    acceptsAll: (states) => endsOpen && has(states, steps.length - 1),
  };
}

function setOf(words: number, steps: readonly Step[], isIn: (step: Step) => boolean): States {
  const set = new Uint32Array(words);
  for (const [index, step] of steps.entries()) {
    if (isIn(step)) set[index >>> 5] = at(set, index >>> 5) | (1 << (index & 31));
  }
  return set;
}

/** The word at an index that is one. */
const at = (set: States, word: number): number => set[word] as number;
