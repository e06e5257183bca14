// The scores of images at resources, which do not follow from the data that are asked about: questions that differ in those alone
// share them.
import { LRUCache } from 'lru-cache';
import type { ComputeResource } from '../model/compute.ts';
import type { Pace } from '../model/pace.ts';
import { judgeMachine, type Known } from './candidate.ts';
import type { ImageClasses } from './image-classes.ts';
import type { Question } from './question.ts';
import { scoreOf } from './score.ts';

/** By class of a snapshot's images, the score. */
export type MachineScores = (
  classes: ImageClasses,
  resource: ComputeResource,
  question: Question,
  pace: Pace,
) => Promise<Uint8Array>;

/** Resources, and amounts that are asked for, of which one snapshot's scores are kept: a byte for each class. */
const KEPT = 1_024;

/** A function that gives the scores of classes at a resource, and keeps those that were asked for last. Rests where `pace` is due. */
export function createMachineScores(known: Known): MachineScores {
  const kept = new WeakMap<ImageClasses, LRUCache<string, Uint8Array>>();
  return async (classes, resource, question, pace) => {
    const { cpus, memory, time, facility } = question;
    const key = JSON.stringify([resource.id, cpus, memory, time, facility]);
    const scores = kept.get(classes) ?? new LRUCache<string, Uint8Array>({ max: KEPT });
    kept.set(classes, scores);
    const before = scores.get(key);
    if (before !== undefined) return before;
    const made = new Uint8Array(classes.needs.length);
    for (const [index, needs] of classes.needs.entries()) {
      if (pace.due()) await pace.rest();
      made[index] = scoreOf(judgeMachine(needs, resource, question, known).findings);
    }
    scores.set(key, made);
    return made;
  };
}
