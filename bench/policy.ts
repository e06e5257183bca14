// Measures the policies in a process of its own: how fast a new subject is judged, compared with two other ways; how
// long a known one waits; and what a change of revision costs those who ask meanwhile.
import { built } from './built.ts';
import { startChild } from './child.ts';
import type { KnownFigures } from './policy-known.ts';
import type { Way } from './policy-opa.ts';
import type { Memory } from './policy-swap.ts';
import type { Spread } from './spread.ts';

export interface PolicyOptions {
  readonly images: number;
  /** Rules of a policy. */
  readonly sizes: readonly number[];
  readonly rounds: number;
  /** How often the known subject asks. */
  readonly times: number;
  /** Rules of the policies that are swapped. */
  readonly swapRules: number;
  readonly swaps: number;
  /** Active subjects. */
  readonly subjects: number;
  /** Questions a second while policies are swapped. */
  readonly rate: number;
  /** Seconds before and after a swap. */
  readonly seconds: number;
}

/** Milliseconds for one subject over all images, and how much longer the others take. */
export interface StrangerFigures {
  readonly rules: number;
  /** Number of classes of records that the federation's module cannot distinguish. */
  readonly classes: number;
  /** The way to ask OPA's server that took the least time. */
  readonly way: Way;
  readonly panfed: Spread;
  readonly perRecord: Spread;
  readonly opa: Spread;
  readonly ratios: { readonly perRecord: Spread; readonly opa: Spread };
}

/** 99th percentiles in milliseconds, one a swap. */
export interface SwapFigures {
  readonly before: Spread;
  /** From accepted to in force. */
  readonly during: Spread;
  readonly after: Spread;
  /** Milliseconds from accepted to in force. */
  readonly took: Spread;
  /** The ratio of the percentile during the swap to that before it. */
  readonly ratio: Spread;
}

export interface PolicyFigures {
  /** One a size. */
  readonly strangers: readonly StrangerFigures[];
  readonly known: KnownFigures;
  readonly memory: Memory;
  readonly swap: SwapFigures;
}

/** Why the policies cannot be measured; null: OPA was found. */
export async function missingOpa(): Promise<string | null> {
  const { findOpa } = await built<typeof import('../src/authoring/opa/opa.ts')>('authoring/opa/opa');
  return findOpa().then(
    () => null,
    (error: Error) => error.message,
  );
}

/** Measures the policies. Rejects if there is no OPA, or if the compared ways do not decide the same. */
export async function measurePolicies(
  options: PolicyOptions,
  report: (text: string) => void,
): Promise<PolicyFigures> {
  const child = await startChild({
    args: ['--expose-gc', '--import', 'tsx', 'bench/policy-run.ts', JSON.stringify(options)],
    ready: /^ready (.*)$/,
    patience: 900_000,
    report,
  });
  await child.end();
  return JSON.parse(child.ready) as PolicyFigures;
}
