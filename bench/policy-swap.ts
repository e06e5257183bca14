// Another revision comes into force while a thousand subjects ask: what those wait who ask then, how long it takes, and
// what a thousand subjects cost in memory.
import { setTimeout } from 'node:timers/promises';
import type { Federation } from '../src/federation.ts';
import type { Caller } from '../src/model/subject.ts';
import type { PolicyChange } from '../src/policy/activation/activation.ts';
import type { LocalPolicyEngine } from '../src/policy/create.ts';
import { NEVER } from './never.ts';

const QUESTION = `query FirstPage {
  images(first: 20) {
    totalCount
    nodes { id title facility { id } access { discover pull execute } }
  }
}`;

/** 99th percentiles of a swap, in milliseconds, from when a question was due. */
export interface SwapRound {
  readonly before: number;
  /** From when the revision was accepted until it was in force. */
  readonly during: number;
  /** Of as long as before, from then on. */
  readonly after: number;
  /** Milliseconds from accepted to in force. */
  readonly took: number;
}

export interface Memory {
  readonly subjects: number;
  /** By the caches' own account. */
  readonly decisions: number;
  readonly verdicts: number;
  /** Of the heap and its buffers, after collecting garbage. */
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

/** Asks for each subject once. */
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

/** Bytes. Not those of the process, which keeps or gives back what it had for other things. */
function memory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

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

/** Questions are due at their time whether or not those before are answered: who waits is counted. */
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
