// What the operator leaves out of the decision log, or tells otherwise: rules by JSON Pointer, as OPA's masking has them.
import type { DecisionLogConfig } from '../../config/decision-log.ts';

/** What masking may touch, and what it tells of itself. */
export interface Maskable {
  readonly input: unknown;
  readonly result: unknown;
  /** Pointers of what was left out; without it, nothing was. */
  readonly erased?: readonly string[];
  /** Pointers of what was replaced; without it, nothing was. */
  readonly masked?: readonly string[];
}

/** Changes nothing in what it is given; what a rule does not find is left as it is, and the rule is not told of. */
export type Mask = (entry: Maskable) => Maskable;

interface Rule {
  readonly path: string;
  readonly steps: readonly string[];
  readonly instead: unknown;
}

const GONE = Symbol('left out');

/** First what is erased, then what is replaced, each in the order of the configuration. */
export function createMask({ erase, replace }: Pick<DecisionLogConfig, 'erase' | 'replace'>): Mask {
  const erasing = erase.map((path) => ruleOf(path, GONE));
  const replacing = replace.map(({ path, value }) => ruleOf(path, value));
  return ({ input, result }) => {
    let content: unknown = { input, result };
    const apply = (rules: readonly Rule[]): string[] =>
      rules.flatMap(({ path, steps, instead }) => {
        const before = content;
        content = rewritten(content, steps, instead);
        return content === before ? [] : [path];
      });
    const [erased, masked] = [apply(erasing), apply(replacing)];
    return {
      ...(content as { input: unknown; result: unknown }),
      ...(erased.length > 0 && { erased }),
      ...(masked.length > 0 && { masked }),
    };
  };
}

/** RFC 6901, section 4: `~1` is a slash, and then `~0` a tilde. */
function ruleOf(path: string, instead: unknown): Rule {
  const steps = path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return { path, steps, instead };
}

/** The value with another one where the steps lead, in its place or not at all; itself if they lead nowhere. */
function rewritten(value: unknown, steps: readonly string[], instead: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return instead;
  if (Array.isArray(value)) {
    const entries = value.map((each, index) =>
      step === '*' || step === String(index) ? rewritten(each, rest, instead) : each,
    );
    const same = entries.every((each, index) => each === value[index]);
    return same ? value : entries.filter((each) => each !== GONE);
  }
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return value;
  const before = (value as Record<string, unknown>)[step];
  const after = rewritten(before, rest, instead);
  if (after === before) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, name === step ? after : each] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== GONE));
}
