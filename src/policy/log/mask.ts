// Masks the decision log: what the operator erases or replaces in it, by JSON Pointer (RFC 6901), as in OPA's masking.
import type { DecisionLogConfig } from '../../config/decision-log.ts';

/** The parts of an entry that masking may change, and what it changed. */
export interface Maskable {
  readonly input: unknown;
  readonly result: unknown;
  /** Pointers of what was erased; undefined: nothing. */
  readonly erased?: readonly string[];
  /** Pointers of what was replaced; undefined: nothing. */
  readonly masked?: readonly string[];
}

/** A masked copy of an entry; a rule whose path is not found changes nothing and is not listed. */
export type Mask = (entry: Maskable) => Maskable;

interface Rule {
  readonly path: string;
  readonly steps: readonly string[];
  readonly replacement: unknown;
}

const ERASED = Symbol('erased');

/**
 * A mask that first erases, then replaces, each in the order of the configuration, by JSON Pointers (RFC 6901; `*`
 * means each entry of a list); it gives the changed input and result, and the paths that were changed in `erased` and
 * `masked`, as OPA's decision logs have them. Never throws; the input is not changed.
 */
export function createMask({ erase, replace }: Pick<DecisionLogConfig, 'erase' | 'replace'>): Mask {
  const erasing = erase.map((path) => ruleOf(path, ERASED));
  const replacing = replace.map(({ path, value }) => ruleOf(path, value));
  return ({ input, result }) => {
    let content: unknown = { input, result };
    const apply = (rules: readonly Rule[]): string[] =>
      rules.flatMap(({ path, steps, replacement }) => {
        const before = content;
        content = rewritten(content, steps, replacement);
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

/** Decodes a pointer by RFC 6901, section 4: first `~1` to a slash, then `~0` to a tilde. */
function ruleOf(path: string, replacement: unknown): Rule {
  const steps = path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return { path, steps, replacement };
}

/** The value with the one at the steps replaced or erased; the value itself if the steps lead nowhere. */
function rewritten(value: unknown, steps: readonly string[], replacement: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return replacement;
  if (Array.isArray(value)) {
    const entries = value.map((each, index) =>
      step === '*' || step === String(index) ? rewritten(each, rest, replacement) : each,
    );
    const same = entries.every((each, index) => each === value[index]);
    return same ? value : entries.filter((each) => each !== ERASED);
  }
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return value;
  const before = (value as Record<string, unknown>)[step];
  const after = rewritten(before, rest, replacement);
  if (after === before) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, name === step ? after : each] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== ERASED));
}
