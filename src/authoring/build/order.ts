// The order of the gateway to the process that builds a lab's signed source, and the answer of that process: both JSON.
import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../../model/errors.ts';
import { policySourceSchema } from '../../policy/bundle/manifest.ts';

/** The limits of one build. */
export const buildLimitsSchema = z.strictObject({
  /** Milliseconds for the whole build. */
  wall: z.int().min(1),
  /** Seconds of processor time of any one process. */
  cpu: z.number().positive(),
  /** Bytes of address space of an OPA, if the platform has such a limit. */
  memory: z.int().min(1),
  /** Bytes of the heap of the process that runs OPA. */
  heap: z.int().min(1),
  /** Bytes of one file. */
  file: z.int().min(1),
  /** Milliseconds for a batch of evaluations of the compiled policy, as in the gateway (`limits.policyDeadline`). */
  evaluation: z.int().min(1),
  /** Milliseconds of one test with OPA. */
  test: z.int().min(1),
});

export type BuildLimits = Readonly<z.infer<typeof buildLimitsSchema>>;

/** What a build's process is told to do. */
export const buildOrderSchema = z.strictObject({
  /** OPA's path. */
  opa: z.string(),
  /** The facility's id; its files are in the folder that the process was started in. */
  owner: z.string(),
  source: policySourceSchema,
  limits: buildLimitsSchema,
});

export type BuildOrder = Readonly<z.infer<typeof buildOrderSchema>>;

/** A problem; its file is named from the bundle's root. */
const problemSchema = z.strictObject({
  check: z.string(),
  severity: z.enum(['error', 'warning']),
  file: z.string(),
  line: z.int().nullable(),
  column: z.int().nullable(),
  message: z.string(),
  hint: z.string().nullable(),
});

const failedTestSchema = z.strictObject({ name: z.string(), at: z.string(), detail: z.string() });

/** A bundle that was built, with how many tests passed and what the checks warn of. */
export const builtSchema = z.strictObject({
  revision: z.string(),
  /** Base64. */
  bundle: z.string(),
  tests: z.int(),
  warnings: z.array(problemSchema).readonly(),
});

/** A refusal as data: the error's code and texts, with the problems or failed tests behind it. */
export const refusedSchema = z.strictObject({
  code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  at: z.string().optional(),
  hint: z.string().optional(),
  problems: z.array(problemSchema).optional(),
  tests: z.array(failedTestSchema).optional(),
});

/** What a build's process answers: the bundle that it built, or why the source was refused. */
export const buildAnswerSchema = z.union([
  z.strictObject({ built: builtSchema }),
  z.strictObject({ refused: refusedSchema }),
]);

export type BuildAnswer = z.infer<typeof buildAnswerSchema>;
export type Refused = z.infer<typeof refusedSchema>;
