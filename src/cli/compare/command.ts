// `panfed compare`: what differs between two images.
import { Command } from 'commander';
import { CompareDocument, ComparedNamesDocument } from '../../graphql/generated/operations.ts';
import { inert } from '../../model/inert.ts';
import { connectGateway, type Gateway, type GatewayOptions } from '../gateway/client.ts';
import { withGatewayOptions } from '../gateway/options.ts';
import { type ImageName, imageName, noSuchImage } from '../search/image-name.ts';
import { jsonText, type Output, processOutput } from '../terminal/output.ts';
import { wholeNumber } from '../whole-number.ts';
import { type Comparison, comparisonMarkdown, comparisonTable, notesOf } from './report.ts';

interface CompareOptions extends GatewayOptions {
  readonly format: 'table' | 'json' | 'markdown';
  readonly first: number;
}

/** The GraphQL document of `panfed compare` for the ids of both images. */
export const NAMES = ComparedNamesDocument.toString();
/** The GraphQL document of `panfed compare` for the comparison of two ids. */
export const COMPARE = CompareDocument.toString();

const MAX_FIRST = 1_000;

/**
 * `panfed compare`, which writes to `output` and takes PANFED_URL and PANFED_TOKEN of `env`, by default those of the process.
 * It rejects as {@link connectGateway} and its requests do (USAGE, GATEWAY_UNREACHABLE, or the gateway's own code), with USAGE
 * for what names no image, and with NOT_FOUND where one of both is not there.
 */
export function compareCommand(
  output: Output = processOutput(),
  env: NodeJS.ProcessEnv = process.env,
): Command {
  return withGatewayOptions(
    new Command('compare')
      .description('show what differs between two images')
      .argument('<before>', 'id, digest or reference of an image')
      .argument('<after>', 'id, digest or reference of another one')
      .option('--first <count>', `components of each list, 1 to ${MAX_FIRST}`, wholeNumber(MAX_FIRST), 100),
    ['table', 'json', 'markdown'],
  )
    .addHelpText(
      'after',
      `
Examples:
  $ panfed compare registry.esrf.fr:5000/em/relion:4.0 registry.esrf.fr:5000/em/relion:5.0.0
  $ panfed compare sha256:6d1c… sha256:0f2a… --format markdown > changes.md
  $ PANFED_TOKEN=$(panfed token --as esrf-em) panfed compare <id> <id> --format json | jq '.components.up.nodes'

Compared are frameworks, licenses, trust, sizes, base, source and revision, components by their SBOMs, and manifests, with which
layers are the same: for who may pull both images. The exit code is 0 whether or not something differs.`,
    )
    .action((before: string, after: string, options: CompareOptions) =>
      compare(before, after, options, output, env),
    );
}

async function compare(
  before: string,
  after: string,
  options: CompareOptions,
  output: Output,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const names = [imageName(before), imageName(after)] as const;
  const gateway = await connectGateway(options, env);
  const [a, b] = await idsOf(names, [before, after], gateway);
  const { data, failures } = await gateway.ask(COMPARE, { a, b, first: options.first });
  const comparison = data.compare;
  if (failures[0] !== undefined) throw failures[0];
  if (comparison === null || comparison.a === null) throw noSuchImage(before);
  if (comparison.b === null) throw noSuchImage(after);
  write(comparison, options, output);
}

function write(comparison: Comparison, { format }: CompareOptions, output: Output): void {
  if (format === 'json') {
    output.data(jsonText(comparison));
  } else if (format === 'markdown') {
    output.data(comparisonMarkdown(comparison));
  } else {
    output.show(comparisonTable(comparison, output));
    for (const note of notesOf(comparison)) output.message(`${inert(note)}\n`);
  }
}

async function idsOf(
  [a, b]: readonly [ImageName, ImageName],
  [before, after]: readonly [string, string],
  gateway: Gateway,
): Promise<readonly [string, string]> {
  if (a.id !== null && b.id !== null) return [a.id, b.id];
  const { data, failures } = await gateway.ask(NAMES, {
    ...{ aId: a.id, aDigest: a.digest, aReference: a.reference },
    ...{ bId: b.id, bDigest: b.digest, bReference: b.reference },
  });
  if (failures[0] !== undefined) throw failures[0];
  if (data.a === null) throw noSuchImage(before);
  if (data.b === null) throw noSuchImage(after);
  return [data.a.id, data.b.id];
}
