// The rankings of questions, kept as long as nothing changes that they follow from: in two steps, of which the first, what a question
// selects, does not follow from the data and the job that are asked about.
import type { QueryResult } from '../discovery/ask.ts';
import { select } from '../discovery/selection.ts';
import { type View, visibleValues } from '../discovery/view.ts';
import type { Pace } from '../model/pace.ts';
import type { Verdict as PolicyVerdict, ResourceAccess } from '../policy/engine.ts';
import type { Known } from './candidate.ts';
import type { Ranked, RankedResource } from './candidate-keys.ts';
import { createClassTallies } from './class-tallies.ts';
import { kindsOf } from './image-kinds.ts';
import {
  bytesOfRanking,
  bytesOfSelection,
  type KeptRanking,
  KeptRankings,
  type Selection,
} from './kept-rankings.ts';
import type { Question } from './question.ts';
import { rankCandidates } from './rank.ts';
import { type RankedPart, representativesOf } from './representatives.ts';
import { judgeTime } from './rules/amounts.ts';
import { judgeLocality } from './rules/locality.ts';
import { tallyOf } from './tally.ts';

/** What is to be ranked. */
export interface RankingRequest {
  readonly question: Question;
  /** The choices of images, as one text for all that mean the same, and the revision of what they are compared with. */
  readonly choices: string;
  readonly resources: readonly ResourceAccess[];
  readonly result: QueryResult;
  /** By resource, the view at its place. */
  readonly views: readonly View[];
}

/** Ranks what is asked. Rests where `pace` is due, and rejects with what that does. */
export type Rankings = (request: RankingRequest, pace: Pace) => Promise<KeptRanking>;

/** Bytes of kept selections, and of kept rankings, each about. */
const KEPT = 67_108_864;

/** Rankings over images of which `known` says what names mean. `shared`: the pace of what several questions may wait for. */
export function createRankings(known: Known, shared: Pace): Rankings {
  const tallies = createClassTallies(known);
  const selections = new KeptRankings<Selection>(KEPT, bytesOfSelection);
  const rankings = new KeptRankings<KeptRanking>(KEPT, bytesOfRanking);

  return async ({ question, choices, resources, result, views }, pace) => {
    const { view, matches } = result;
    const places = [...new Set(views.map(({ verdict }) => verdict))];
    const selectionKey = JSON.stringify([choices, [view.verdict, ...places].map(serialOf), matches.nothing]);
    // Neither the size nor the folder of the data changes an order: they are not kept.
    const { size: _, path: __, ...deciding } = question;
    const key = JSON.stringify([
      selectionKey,
      deciding,
      resources.map(({ resource, use }) => [resource.id, use]),
    ]);
    const before = rankings.get(key);
    if (before !== undefined) return before;
    const current = new Set(view.states.flatMap(({ index }) => index ?? []));
    let selection = selections.get(selectionKey);
    if (selection === undefined) {
      selection = await selected(result, places, pace);
      selections.set(selectionKey, selection, selection.parts, current);
    }
    const { parts, representatives } = selection;
    const data: Uint8Array[] = [];
    for (const { classes } of parts) data.push(await tallies.data(classes.data, question, pace));
    const rankedResources: RankedResource[] = [];
    for (const [index, access] of resources.entries()) {
      const place = places.indexOf((views[index] as View).verdict);
      rankedResources.push(await rankedResource(access, place, parts, question, pace));
    }
    const ranked: Ranked = { parts, representatives, data, resources: rankedResources };
    const made = { ranked, ranking: await rankCandidates(ranked, pace) };
    rankings.set(key, made, parts, current);
    return made;
  };

  async function rankedResource(
    { resource, use }: ResourceAccess,
    place: number,
    parts: readonly RankedPart[],
    question: Question,
    pace: Pace,
  ): Promise<RankedResource> {
    const machine: Uint8Array[] = [];
    for (const { classes } of parts) {
      machine.push(await tallies.machine(classes.machine, resource, question, pace));
    }
    const { id, allowsUnverified, timeLimit } = resource;
    const locality = judgeLocality(question, resource);
    return {
      ...{ id, use, allowsUnverified, machine, place },
      isLocal: locality.verdict === 'yes',
      tally: tallyOf([judgeTime(question, timeLimit), locality]),
    };
  }

  async function selected(
    { view, matches }: QueryResult,
    places: readonly PolicyVerdict[],
    pace: Pace,
  ): Promise<Selection> {
    const parts: RankedPart[] = [];
    for (const part of select(matches)) {
      const { snapshotIndex } = part.part;
      parts.push({
        selected: part,
        // Others may wait for them, too: they do not end with this request.
        ...(await kindsOf(snapshotIndex, shared)),
        execute: places.map((verdict) => verdict.bits(snapshotIndex.snapshot, 'execute')),
      });
    }
    const frameworks = visibleValues(view, 'frameworks').keys();
    return { parts, representatives: await representativesOf(frameworks, parts, pace) };
  }
}

const serials = new WeakMap<PolicyVerdict, number>();
let lastSerial = 0;

/** A number of the verdict's own: it is the same object while nothing changes. */
function serialOf(verdict: PolicyVerdict): number {
  const known = serials.get(verdict) ?? ++lastSerial;
  serials.set(verdict, known);
  return known;
}
