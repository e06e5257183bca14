// `panfed show`: all that is known of one image, and what you may do with it.
import { Command } from 'commander';
import { FederationError } from '../model/errors.ts';
import { openPage } from './browser.ts';
import { connectGateway } from './gateway.ts';
import { type QueryOptions, withGatewayOptions } from './gateway-options.ts';
import { jsonText, type Output, processOutput } from './output.ts';
import { type FoundImage, IMAGE_FIELDS, type ToldAccess } from './search-query.ts';
import { imageCard } from './search-report.ts';
import { inFlags } from './search-unknown.ts';
import { imageAddress } from './search-web.ts';

/** The three names of an image; exactly one of them is asked for. */
interface ImageName {
  readonly id: string | null;
  readonly digest: string | null;
  readonly reference: string | null;
}

interface ShowOptions extends QueryOptions {
  readonly at?: string;
  readonly web?: true;
}

export const SHOW = `query Show($id: ID, $digest: Digest, $reference: String, $at: ID, $long: Boolean!) {
  image(id: $id, digest: $digest, reference: $reference) {
    ${IMAGE_FIELDS}
    access(at: $at) { discover pull execute reasons { code action message remedy policy } }
  }
}`;

export function showCommand(output: Output = processOutput(), env: NodeJS.ProcessEnv = process.env): Command {
  return withGatewayOptions(
    new Command('show')
      .description('show one image: what is known of it, and what you may do with it')
      .argument('<image>', 'its id, digest or reference, as `search --long` and pull commands write them')
      .option('--at <facility>', 'where you mean to run it')
      .option('--web', 'open its page, or print the address where there is no browser'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ panfed show esrf/main/em/relion:4.0
  $ panfed show registry.esrf.eu/em/relion:4.0 --at esrf
  $ panfed show sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --format json`,
    )
    .action((name: string, options: ShowOptions) => show(name, options, output, env));
}

async function show(
  name: string,
  options: ShowOptions,
  output: Output,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const gateway = await connectGateway(options, env);
  const at = options.at ?? null;
  const { data, warnings } = await gateway
    .ask<{ image: (FoundImage & { readonly access: ToldAccess }) | null }>(SHOW, {
      ...imageName(name),
      at,
      long: true,
    })
    .catch((error: unknown) => {
      throw inFlags(error, { search: null, only: {}, except: {}, prefer: {}, at });
    });
  const { image } = data;
  for (const warning of warnings)
    output.message(`${output.style('yellow', 'warning:', 'message')} ${warning}\n`);
  if (image === null) {
    throw new FederationError('NOT_FOUND', 'there is no such image that you may see', {
      at: name,
      hint: 'Find it with: panfed search <words>. With a token there may be more: --token-file or PANFED_TOKEN.',
    });
  }
  if (options.web) await openPage(imageAddress(gateway.page, image.id), output, env);
  else if (options.format === 'json') output.data(jsonText(image));
  else output.show(imageCard(image, output));
}

/** A reference begins with a host, as Docker tells one: it has a dot or a port; an id begins with a facility. */
export function imageName(text: string): ImageName {
  const name = text.trim().replace(/^[a-z]+:\/\//, '');
  const none: ImageName = { id: null, digest: null, reference: null };
  if (/^sha(?:256|512):[0-9a-f]+$/.test(name)) return { ...none, digest: name };
  const [first = ''] = name.split('/', 1);
  return name.includes('/') && /[.:]|^localhost$/.test(first)
    ? { ...none, reference: name }
    : { ...none, id: name };
}
