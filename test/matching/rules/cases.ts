// Reads cases.md, whose cells are YAML without its outer braces, every scalar a text.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Needs, needsOf } from '../../../src/matching/needs.ts';
import type { Question } from '../../../src/matching/question.ts';
import { DIMENSIONS, type Dimension, VERDICTS, type Verdict } from '../../../src/matching/verdict.ts';
import { type ComputeResource, ENGINE_PLACES, MPI_FAMILIES, SCHEDULERS } from '../../../src/model/compute.ts';
import { parseSize } from '../../../src/model/size.ts';
import { computeResource, nodeGpu, nodeType } from '../../support/compute.ts';
import { imageRecord } from '../../support/records.ts';

/** A row of a table. */
export interface Case {
  readonly dimension: Dimension;
  /** As it is written, for the name of a test. */
  readonly text: string;
  readonly needs: Needs;
  readonly resource: ComputeResource;
  readonly question: Question;
  readonly verdict: Verdict;
  readonly code: string;
  /** null: the table has no such column. */
  readonly engines: readonly string[] | null;
}

const nullable = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);
const strings = z.array(z.string()).default([]);
const text = nullable(z.string());
const amount = nullable(z.coerce.number<string>().int());
const size = nullable(
  z.string().transform((written, context) => {
    const bytes = parseSize(written);
    if (bytes === null) context.addIssue(`${written} is no size`);
    return bytes ?? 0;
  }),
);

const imageSchema = z
  .strictObject({
    platforms: strings,
    reads: strings,
    techniques: strings,
    architectures: strings,
    cpus: amount,
    memory: size,
    gpu: nullable(z.strictObject({ vendor: z.string(), minimumCuda: text, memory: size })),
    mpi: text,
    engines: strings,
    glibc: text,
    env: z.record(z.string(), z.union([z.string().transform((one) => [one]), strings])).default({}),
  })
  .transform(({ platforms, reads, techniques, env, ...requires }) =>
    imageRecord({
      ...{ platforms, reads, techniques, requires },
      environment: Object.entries(env).flatMap(([name, values]) => values.map((value) => ({ name, value }))),
    }),
  );

const gpuSchema = z
  .strictObject({ vendor: text, count: amount, memory: size, driver: text, cuda: text })
  .transform(({ count, ...gpu }) => nodeGpu({ ...gpu, count: count ?? 1 }));

const nodeSchema = z.strictObject({
  architecture: text,
  microarchitecture: text,
  features: strings,
  glibc: text,
  cores: amount,
  memory: size,
  gpus: nullable(z.array(gpuSchema)),
});

const engine = z.string().transform((written) => {
  const [name = '', where] = written.split(' ');
  return { name, version: null, where: z.enum(ENGINE_PLACES).parse(where) };
});
const mpi = z.string().transform((written) => {
  const [family, ...range] = written.split(' ');
  const versions = range.length === 0 ? null : range.join(' ');
  return { family: z.enum(MPI_FAMILIES).parse(family), versions, pmi: null };
});

const resourceSchema = z.strictObject({
  scheduler: z.enum(SCHEDULERS).default('slurm'),
  engines: z.array(engine).default([]),
  subuids: nullable(z.stringbool()),
  timeLimit: amount,
  mpi: nullable(z.array(mpi)),
  readsDataOf: strings,
});

/** What the data are: left out is not asked, `unknown` is asked and not known. */
const terms = z.union([z.literal('unknown').transform(() => null), z.array(z.string())]).default([]);

const questionSchema = z.strictObject({
  formats: terms,
  techniques: terms,
  facility: text,
  size,
  path: text,
  cpus: amount,
  memory: size,
  time: amount,
});

const codeSchema = z.string().regex(/^[A-Z][A-Z0-9_]+$/);

const cellsOf = (line: string): readonly string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

function caseOf(dimension: Dimension, heads: readonly string[], cells: readonly string[]): Case {
  const cell = (head: string): string => cells[heads.indexOf(head)] ?? '';
  const read = <T extends z.ZodType>(schema: T, head: string): z.infer<T> =>
    schema.parse(parse(`{${cell(head)}}`, { schema: 'failsafe' }));
  return {
    dimension,
    text: cells.join(' | '),
    needs: needsOf(read(imageSchema, 'image')),
    resource: computeResource({
      ...read(resourceSchema, 'resource'),
      nodes: [nodeType(read(nodeSchema, 'node'))],
    }),
    question: read(questionSchema, 'asked'),
    verdict: z.enum(VERDICTS).parse(cell('verdict')),
    code: codeSchema.parse(cell('code')),
    engines: heads.includes('engines') ? cell('engines').split(', ').filter(Boolean) : null,
  };
}

/** The rows of cases.md, in its order. */
export function readCases(): readonly Case[] {
  const cases: Case[] = [];
  let dimension: Dimension | undefined;
  let heads: readonly string[] = [];
  for (const line of readFileSync(new URL('cases.md', import.meta.url), 'utf8').split('\n')) {
    if (line.startsWith('## ')) dimension = z.enum(DIMENSIONS).parse(line.slice(3));
    else if (!line.startsWith('|')) heads = [];
    else if (heads.length === 0) heads = cellsOf(line);
    else if (!line.startsWith('| ---'))
      cases.push(caseOf(z.enum(DIMENSIONS).parse(dimension), heads, cellsOf(line)));
  }
  return cases;
}
