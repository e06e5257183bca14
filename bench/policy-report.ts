// The measurements of the policies, as tables for people.
import type { PolicyFigures, PolicyOptions } from './policy.ts';
import { aimed, plain } from './report.ts';
import { figure, spreadText } from './spread.ts';

const AIM = { perRecord: 20, opa: 10, known: 3, swap: 2 } as const;

/** The tables: new subjects, the known subject, the swap of revisions, and memory; with the aims. */
export function policyText(figures: PolicyFigures, options: PolicyOptions): string {
  return [
    strangerText(figures, options),
    knownText(figures),
    swapText(figures, options),
    memoryText(figures),
  ].join('\n\n');
}

function strangerText({ strangers }: PolicyFigures, { images }: PolicyOptions): string {
  const table = plain(['rules of each policy', ...strangers.map(({ rules }) => String(rules))]);
  const row = (name: string, of: (one: (typeof strangers)[number]) => string) =>
    table.push([name, ...strangers.map(of)]);
  row('classes of the federation’s', ({ classes }) => classes.toLocaleString('en'));
  row('(a) panfed, ms', ({ panfed }) => spreadText(panfed));
  row('(b) record by record, ms', ({ perRecord }) => spreadText(perRecord));
  row('(c) opa run --server, ms', ({ opa }) => spreadText(opa));
  row('(c) is asked', ({ way }) => `${way.batch.toLocaleString('en')} a request, ${way.connections} at once`);
  row('b/a', ({ ratios }) => aimed(ratios.perRecord, AIM.perRecord));
  row('c/a', ({ ratios }) => aimed(ratios.opa, AIM.opa));
  return [
    `A subject never seen before, judged over ${images.toLocaleString('en')} images by the federation’s and three labs’`,
    'policies, to the same bits in all three ways: median (least – most) of the rounds',
    table.toString(),
  ].join('\n');
}

function knownText({ known: { milliseconds, images } }: PolicyFigures): string {
  return [
    `A known subject: filter, count, five facets and a page of 20 in one question (${images.toLocaleString('en')} images; GraphQL`,
    `without HTTP): ${spreadText(milliseconds)} ms, aim < ${AIM.known}: ${milliseconds.median < AIM.known ? 'met' : 'missed'}`,
  ].join('\n');
}

function swapText(
  { swap }: PolicyFigures,
  { subjects, rate, seconds, swapRules, swaps }: PolicyOptions,
): string {
  const table = plain(['first page, 99th percentile', 'ms']);
  table.push([`${seconds} s before`, spreadText(swap.before)]);
  table.push(['during: accepted to in force', spreadText(swap.during)]);
  table.push([`${seconds} s after`, spreadText(swap.after)]);
  table.push([
    'during/before',
    `${spreadText(swap.ratio)}, aim ≤ ${AIM.swap}: ${swap.ratio.median <= AIM.swap ? 'met' : 'missed'}`,
  ]);
  table.push(['from accepted to in force', spreadText(swap.took)]);
  return [
    `Another revision of the federation’s policy (${swapRules} rules) with ${subjects.toLocaleString('en')} active subjects, ${rate} questions a`,
    `second, each of another subject; median (least – most) of ${swaps} swaps`,
    table.toString(),
  ].join('\n');
}

function memoryText({ memory }: PolicyFigures): string {
  const megabytes = (bytes: number): string => `${figure(bytes / 1e6)} MB`;
  return [
    `${memory.subjects.toLocaleString('en')} active subjects: ${megabytes(memory.decisions)} of decisions and ${megabytes(memory.verdicts)} of bitsets by the`,
    `caches’ own account; after collecting garbage the heap has ${megabytes(memory.heap)} more`,
  ].join('\n');
}
