// `panfed show`: all that is known of one image, and what you may do with it.
import { Command } from 'commander';
import { ShowDocument } from '../../graphql/generated/operations.ts';
import { connectGateway } from '../gateway/client.ts';
import { type QueryOptions, withGatewayOptions } from '../gateway/options.ts';
import { openPage } from '../terminal/browser.ts';
import { jsonText, type Output, processOutput } from '../terminal/output.ts';
import { imageName, noSuchImage } from './image-name.ts';
import { imageCard } from './report.ts';
import { inFlags } from './unknown.ts';
import { imageAddress } from './web.ts';

interface ShowOptions extends QueryOptions {
  readonly at?: string;
  readonly web?: true;
}

/** The GraphQL document of `panfed show`. */
export const SHOW = ShowDocument.toString();

/**
 * `panfed show`, which writes to `output` and takes PANFED_URL and PANFED_TOKEN of `env`, by default those of
 * the process. It rejects as {@link connectGateway} and its requests do (USAGE, GATEWAY_UNREACHABLE, or the
 * gateway's own code), as {@link imageName} throws, and with NOT_FOUND where the caller may see no such
 * image.
 */
export function showCommand(output: Output = processOutput(), env: NodeJS.ProcessEnv = process.env): Command {
  return withGatewayOptions(
    new Command('show')
      .description('show one image: what is known of it, and what you may do with it')
      .argument('<image>', 'its id or digest, as `search --long` writes them, or what an engine pulls')
      .option('--at <facility>', 'where you mean to run it')
      .option('--web', 'open its page, or print the address where there is no browser'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ panfed show registry.esrf.fr:5000/em/relion:5.0.0 --at esrf
  $ panfed show sha256:7ba2ded41793aecf2f70357550e9c42d7083737b48c4de9dff7357154368f343 --format json
  $ panfed show esrf/internal/em/relion@sha256:7ba2ded41793aecf2f70357550e9c42d7083737b48c4de9dff7357154368f343 --web`,
    )
    .action((name: string, options: ShowOptions) => show(name, options, output, env));
}

async function show(
  name: string,
  options: ShowOptions,
  output: Output,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const asked = imageName(name);
  const gateway = await connectGateway(options, env);
  const { data, failures } = await gateway
    .ask(SHOW, { ...asked, at: options.at ?? null, long: true })
    .catch((error: unknown) => {
      throw inFlags(error, { at: options.at });
    });
  const { image } = data;
  // Whether it is there is not known then.
  if (image === null && failures[0] !== undefined) throw failures[0];
  for (const { message } of failures) {
    output.message(`${output.style('yellow', 'warning:', 'message')} ${message}\n`);
  }
  if (image === null) throw noSuchImage(name);
  if (options.web) await openPage(imageAddress(gateway.page, image.id), output, env);
  else if (options.format === 'json') output.data(jsonText(image));
  else output.show(imageCard(image, output));
}
