// Query.match: which image can process the caller's data, and where.
import type { CandidateImage } from '../matching/described.ts';
import type { Candidate, MatchConnection } from '../matching/match.ts';
import type { Choices } from '../model/choices.ts';
import type { Scheduler } from '../model/compute.ts';
import type { DataCatalogOutcome, DataSet } from '../model/data-set.ts';
import { parsePid } from '../model/pid.ts';
import { badInput, firstOf, type PageArguments, pageOf, sidesOf, textOf } from './arguments.ts';
import { pageInfo } from './connection.ts';
import type { Field } from './context.ts';
import { inTurns } from './in-turns.ts';
import { jobFields } from './job.ts';
import { measured } from './measured.ts';

interface MatchArguments extends PageArguments {
  readonly data?: {
    readonly format?: string | null;
    readonly technique?: string | null;
    readonly facility?: string | null;
    readonly pid?: string | null;
    readonly size?: number | null;
  } | null;
  readonly compute?: {
    readonly resources?: readonly string[] | null;
    readonly schedulers?: readonly Scheduler[] | null;
    readonly cpus?: number | null;
    readonly memory?: number | null;
    readonly time?: number | null;
  } | null;
  readonly image?: string | null;
  readonly only?: Choices | null;
  readonly except?: Choices | null;
  readonly prefer?: Choices | null;
}

/** Resources that a question names, at most. */
const MAX_RESOURCES = 100;
/** Versions of a candidate: unless said, and at most. */
const DEFAULT_VERSIONS = 5;
const MAX_VERSIONS = 20;

/**
 * Resolver of `Query.match`. Rejects with BAD_INPUT for a number that is not above 0, what is no PID, a text of more than 1,024 characters, more than
 * 100 resources, a choice of `may`, and what the choices of `images` may not be; and as {@link Matching} does.
 */
export const match: Field<unknown, MatchArguments> = (_, args, scope) => {
  const { limits, matching } = scope.parts;
  const page = pageOf(args, limits);
  const sides = sidesOf(args, limits);
  for (const [side, choices] of Object.entries(sides)) {
    if ((choices.may ?? []).length === 0) continue;
    throw badInput(
      `${side}.may`,
      'Each candidate says whether it may be run: `may` is no choice here.',
      'Leave it out, and read `verdict` and the finding POLICY.',
    );
  }
  const { format = null, technique = null, facility = null, pid = null, size = null } = args.data ?? {};
  const { resources, schedulers, cpus = null, memory = null, time = null } = args.compute ?? {};
  if ((resources?.length ?? 0) > MAX_RESOURCES)
    throw badInput('compute.resources', `\`compute.resources\` may have ${MAX_RESOURCES} values.`);
  return matching.match(
    {
      data: {
        format: textOrNull('data.format', format),
        technique: textOrNull('data.technique', technique),
        facility: textOrNull('data.facility', facility),
        pid: pidOf(textOrNull('data.pid', pid)),
        size: amountOf('data.size', size),
      },
      compute: {
        resources: (resources ?? []).map((id) => textOf('compute.resources', id)),
        schedulers: schedulers ?? [],
        cpus: amountOf('compute.cpus', cpus),
        memory: amountOf('compute.memory', memory),
        time: amountOf('compute.time', time),
      },
      image: imageOf(args.image ?? null),
      ...sides,
    },
    page,
    scope,
  );
};

/** null for what is blank, too. */
const textOrNull = (name: string, text: string | null): string | null =>
  text === null || text.trim() === '' ? null : textOf(name, text);

/** An empty id comes from a mistake, and is not any image. */
function imageOf(id: string | null): string | null {
  if (id === null || id.trim() !== '') return id === null ? null : textOf('image', id);
  throw badInput('image', '`image` is empty.', 'Give the `id` of an image, or leave `image` out for any.');
}

function pidOf(text: string | null): string | null {
  const pid = text === null ? null : parsePid(text);
  if (text === null || pid !== null) return pid;
  throw badInput(
    'data.pid',
    '`data.pid` is no PID.',
    'Write a DOI or another handle, as 10.5072/abc or https://doi.org/10.5072/abc.',
  );
}

function amountOf(name: string, amount: number | null): number | null {
  if (amount === null) return null;
  if (amount > 0 && Number.isSafeInteger(amount)) return amount;
  throw badInput(name, `\`${name}\` must be a whole number above 0, not ${amount}.`);
}

/** Resolvers of the GraphQL type `MatchConnection`; fields that are not here are read from the value itself. */
export const MatchConnectionType: Readonly<Record<string, Field<MatchConnection>>> = {
  nodes: ({ items }) => items,
  edges: ({ items }) => items.map((candidate) => ({ cursor: candidate.cursor, node: candidate })),
  pageInfo,
};

/** Resolvers of the GraphQL type `Candidate`; fields that are not here are read from the value itself. */
export const CandidateType: Readonly<Record<string, Field<Candidate, never>>> = {
  verdict: (({ best }) => best.verdict) satisfies Field<Candidate>,
  image: (({ best }) => best.visible) satisfies Field<Candidate>,
  version: (({ best }) => best.version) satisfies Field<Candidate>,
  engines: (({ best }) => best.engines) satisfies Field<Candidate>,
  ...measured({
    findings: (({ best }) => best.findings) satisfies Field<Candidate>,
  }),
  ...jobFields<Candidate>(({ best }) => best),
  ...inTurns({
    versions: ((candidate, { first }) =>
      candidate.versions(firstOf(first ?? DEFAULT_VERSIONS, MAX_VERSIONS))) satisfies Field<
      Candidate,
      { first?: number | null }
    >,
  }),
};

/** Resolvers of the GraphQL type `CandidateVersion`; fields that are not here are read from the value itself. */
export const CandidateVersionType: Readonly<Record<string, Field<CandidateImage, never>>> = {
  image: ({ visible }) => visible,
  ...measured({ findings: (({ findings }) => findings) satisfies Field<CandidateImage> }),
  ...jobFields<CandidateImage>((image) => image),
};

/** Resolvers of the GraphQL type `DataSet`; fields that are not here are read from the value itself. */
export const DataSetType: Readonly<Record<string, Field<DataSet>>> = {
  facility: ({ facility }, _, { parts }) => parts.places.get(facility),
  formats: ({ formats }, _, { parts }) =>
    formats?.map((id) => ({ id, label: parts.vocabulary.format(id)?.label ?? id })) ?? null,
  techniques: ({ techniques }, _, { parts }) =>
    techniques?.map((id) => ({ id, label: parts.vocabulary.technique(id)?.label ?? id })) ?? null,
};

/** Resolvers of the GraphQL type `DataCatalogOutcome`; fields that are not here are read from the value itself. */
export const DataCatalogOutcomeType: Readonly<Record<string, Field<DataCatalogOutcome>>> = {
  facility: ({ facility }, _, { parts }) => parts.places.get(facility),
};
