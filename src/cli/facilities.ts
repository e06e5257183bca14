// `panfed facilities`: the labs, how their registries and policies are, and how many of their records are for you.

import { Command } from 'commander';
import { FacilitiesDocument, type FacilitiesQuery } from '../graphql/generated/operations.ts';
import { SYSTEM_CLOCK } from '../model/clock.ts';
import { connectGateway } from './gateway/client.ts';
import { type QueryOptions, withGatewayOptions } from './gateway/options.ts';
import { ageText } from './terminal/measures.ts';
import { jsonText, type Output, processOutput } from './terminal/output.ts';
import { type Column, table } from './terminal/table.ts';

type Facility = FacilitiesQuery['facilities'][number];
type Source = FacilitiesQuery['images']['sources'][number];

interface Row {
  readonly facility: Facility;
  readonly registry: Facility['registries'][number];
  readonly source: Source | undefined;
  /** Whether this is the facility's first row: only that one shows its name and policy. */
  readonly first: boolean;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'FACILITY', cell: ({ facility, first }) => (first ? facility.id : '') },
  { title: 'NAME', cell: ({ facility, first }) => (first ? facility.name : ''), wide: true },
  { title: 'REGISTRY', cell: ({ registry }) => registry.key },
  { title: 'KIND', cell: ({ registry }) => registry.kind },
  { title: 'STATUS', cell: ({ registry }) => registry.status },
  { title: 'AGE', cell: ({ registry }) => ageText(registry.age) },
  { title: 'FOR YOU', cell: ({ source }) => String(source?.records ?? 0) },
  { title: 'POLICY', cell: ({ facility, first }) => (first ? policyText(facility) : ''), wide: true },
  { title: 'PROBLEM', cell: ({ source }) => source?.error?.code ?? '' },
];

/**
 * `panfed facilities`, which writes to `output` and takes PANFED_URL and PANFED_TOKEN of `env`, by default
 * those of the process. It rejects as {@link connectGateway} and its requests do: with USAGE,
 * GATEWAY_UNREACHABLE, or the gateway's own code.
 */
export function facilitiesCommand(
  output: Output = processOutput(),
  env: NodeJS.ProcessEnv = process.env,
): Command {
  return withGatewayOptions(new Command('facilities'))
    .description('list the labs, their registries and their policies')
    .addHelpText(
      'after',
      `
Examples:
  $ panfed facilities
  $ PANFED_TOKEN=$(panfed token --as esrf-em) panfed facilities --format json

FOR YOU counts the images that you may discover; AGE is the time since the registry was last checked. POLICY names the
version and the signer of a policy that the lab ships itself, and what was refused after it.`,
    )
    .action((options: QueryOptions) => facilities(options, output, env));
}

async function facilities(options: QueryOptions, output: Output, env: NodeJS.ProcessEnv): Promise<void> {
  const gateway = await connectGateway(options, env);
  const { data, failures } = await gateway.ask(FacilitiesDocument.toString(), {});
  if (options.format === 'json') {
    const { facilities: list, images } = data;
    const document = { facilities: list, sources: images.sources, complete: images.complete };
    output.data(jsonText(document));
  } else {
    output.show(table(COLUMNS, rowsOf(data), output));
  }
  for (const { message } of failures) output.message(`warning: ${message}\n`);
  if (!data.images.complete) output.message('not every registry answered: some images are missing\n');
}

function rowsOf({ facilities: list, images }: FacilitiesQuery): Row[] {
  return list.flatMap((facility) =>
    facility.registries.map((registry, index) => ({
      facility,
      registry,
      source: images.sources.find(
        (source) => source.facility.id === facility.id && source.registry === registry.key,
      ),
      first: index === 0,
    })),
  );
}

/** At its longest: `active, version 7 of desy-2026 since 3 min, POLICY_REPLAYED refused 42 s ago`. */
function policyText({ policy }: Facility): string {
  if (policy === null) return 'none of its own';
  const { status, activated, version, signer, refused } = policy;
  const parts = [status.toLowerCase()];
  if (version !== null)
    parts.push(`version ${version} of ${signer} since ${ageText(secondsSince(activated))}`);
  if (refused !== null) parts.push(`${refused.code} refused ${ageText(secondsSince(refused.at))} ago`);
  return parts.join(', ');
}

const secondsSince = (time: string | null): number | null =>
  time === null ? null : Math.max(0, (SYSTEM_CLOCK.wall() - Date.parse(time)) / 1_000);
