// Another revision comes into force while a thousand subjects ask: how long they wait, how long the change takes, and
// how much memory a thousand subjects take.
import { setTimeout } from 'node:timers/promises';
import type { Federation } from '../src/federation.ts';
import type { Caller } from '../src/model/subject.ts';
import type { PolicyChange } from '../src/policy/activation/activation.ts';
import type { LocalPolicyEngine } from '../src/policy/create-engine.ts';
import { NEVER } from './never.ts';

const QUESTION = `query FirstPage {
  images(first: 20) {
    totalCount
    nodes { id title facility { id } access { discover pull execute } }
  }
}`;

/** 99th percentiles of a swap, in milliseconds from the time when a query was due. */
export interface SwapRound {
  readonly before: number;
  /** From when the revision was accepted until it was in force. */
  readonly during: number;
  /** From then on, for as long as the time before. */
  readonly after: number;
  /** Milliseconds from accepted to in force. */
  readonly took: number;
}

export interface Memory {
  readonly subjects: number;
  /** Bytes that the caches themselves count. */
  readonly decisions: number;
  readonly verdicts: number;
  /** Additional bytes of the heap and its buffers after collecting garbage. */
  readonly heap: number;
}

export interface SwapOptions {
  readonly federation: Federation;
  readonly engine: LocalPolicyEngine;
  readonly subjects: readonly Caller[];
  /** Questions a second, evenly, each of another subject. */
  readonly rate: number;
  /** Seconds before and after a swap. */
  readonly seconds: number;
}

/** Sends the query once for each subject, and measures the memory that they take. */
export async function makeActive({ federation, engine, subjects }: SwapOptions): Promise<Memory> {
  const before = memory();
  for (const subject of subjects) await ask(federation, subject);
  const after = memory();
  const { decisions, verdicts } = engine.bytes();
  return {
    subjects: subjects.length,
    decisions,
    verdicts,
    heap: after - before,
  };
}

/** Bytes of the heap and its buffers. Those of the process would include memory that was freed but not returned. */
function memory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Activates the changes under load, and measures waiting before, during and after. Rejects if a change is refused. */
export async function swap(options: SwapOptions, changes: readonly PolicyChange[]): Promise<SwapRound> {
  const { engine, seconds } = options;
  const load = startLoad(options);
  await setTimeout(seconds * 1_000);
  const accepted = performance.now();
  const activated = await engine.activate(changes);
  const inForce = performance.now();
  const refused = activated.find(({ outcome }) => outcome !== 'activated');
  if (refused !== undefined) throw new Error(`${refused.owner}: ${refused.outcome}`);
  await setTimeout(seconds * 1_000);
  const asked = await load.end();
  const within = (from: number, to: number) =>
    p99(asked.filter(({ due }) => due >= from && due < to).map(({ waited }) => waited));
  return {
    before: within(Number.NEGATIVE_INFINITY, accepted),
    during: within(accepted, inForce),
    after: within(inForce, Number.POSITIVE_INFINITY),
    took: inForce - accepted,
  };
}

interface AskedOnce {
  readonly due: number;
  readonly waited: number;
}

/** Queries are sent at fixed times, whether or not earlier ones were answered: so that waiting counts. */
function startLoad({ federation, subjects, rate }: SwapOptions): { end(): Promise<readonly AskedOnce[]> } {
  const begun = performance.now();
  const answers: Promise<AskedOnce>[] = [];
  const askDue = () => {
    for (;;) {
      const due = begun + (answers.length * 1_000) / rate;
      if (due > performance.now()) return;
      const subject = subjects[answers.length % subjects.length] as Caller;
      answers.push(ask(federation, subject).then(() => ({ due, waited: performance.now() - due })));
    }
  };
  const timer = setInterval(askDue, 1);
  return {
    end: () => {
      clearInterval(timer);
      return Promise.all(answers);
    },
  };
}

async function ask({ gateway }: Federation, caller: Caller): Promise<void> {
  const { errors } = await gateway.ask(QUESTION, {}, { caller, ended: NEVER });
  if (errors[0] !== undefined) throw errors[0];
}

function p99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
}
