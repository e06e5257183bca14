// `panfed techniques`: what a term means, at each lab, and how many images have it.
import { Command } from 'commander';
import { TechniquesDocument, type TechniquesQuery } from '../../graphql/generated/operations.ts';
import { FederationError } from '../../model/errors.ts';
import { inert } from '../../model/inert.ts';
import { connectGateway } from '../gateway/client.ts';
import { type QueryOptions, withGatewayOptions } from '../gateway/options.ts';
import { jsonText, type Output, processOutput } from '../terminal/output.ts';

type Sense = TechniquesQuery['techniques']['senses'][number];
type Related = Sense['broader'][number];

/** Techniques that are listed above or below one. */
const MAX_RELATED = 10;

/**
 * `panfed techniques`, which writes to `output` and takes PANFED_URL and PANFED_TOKEN of `env`, by default those of the process. It
 * rejects as {@link connectGateway} and its requests do (USAGE, GATEWAY_UNREACHABLE, or the gateway's own code), and with NOT_FOUND
 * for a term without a sense.
 */
export function techniquesCommand(
  output: Output = processOutput(),
  env: NodeJS.ProcessEnv = process.env,
): Command {
  return withGatewayOptions(new Command('techniques'))
    .description('show what a term means, at each lab, and how many images have it')
    .argument('<term>', 'a label, synonym or id of PaNET, or a word of a lab')
    .addHelpText(
      'after',
      `
Examples:
  $ panfed techniques EM
  $ panfed techniques "small angle scattering"
  $ panfed techniques PaNET01188 --format json

Images are those that you may discover, with the technique or a narrower one; --only technique=… finds them.`,
    )
    .action((term: string, options: QueryOptions) => show(term, options, output, env));
}

async function show(term: string, options: QueryOptions, output: Output, env: NodeJS.ProcessEnv) {
  const gateway = await connectGateway(options, env);
  const { data } = await gateway.ask(TechniquesDocument.toString(), { term });
  const { senses, suggestions, isAmbiguous, complete } = data.techniques;
  if (senses.length === 0) {
    throw new FederationError('NOT_FOUND', `no technique is called ${JSON.stringify(inert(term))}`, {
      hint:
        suggestions.length > 0
          ? `Did you mean ${suggestions.map(inert).join(', ')}?`
          : 'PaNET lists techniques: https://w3id.org/PaNET',
    });
  }
  if (options.format === 'json') output.data(jsonText(data.techniques));
  else output.show(senses.map((sense) => senseText(sense, output)).join('\n'));
  if (isAmbiguous) {
    const choices = senses.map(({ choice }) => inert(choice)).join(', ');
    output.message(`${inert(term)} has several senses: choose one of ${choices}, or one facility\n`);
  }
  if (!complete) output.message('not every registry answered: some images are missing\n');
}

function senseText(sense: Sense, output: Output): string {
  const { technique, facilities, isGeneral, imageCount, choice } = sense;
  const said = facilities.map(({ id }) => id).join(', ');
  const rows: [name: string, value: string | null][] = [
    ['means', said === '' ? null : `${isGeneral ? 'so for everybody, and ' : ''}so at ${said}`],
    ['also', technique.synonyms.join(', ')],
    ['is', technique.definition],
    ['images', String(imageCount)],
    ['broader', relatedText(sense.broader)],
    ['narrower', relatedText(sense.narrower)],
    ['choose', choice === technique.label ? null : choice],
  ];
  const lines = rows
    .filter((row): row is [string, string] => row[1] !== null && row[1] !== '')
    .map(([name, value]) => `  ${output.style('dim', name.padEnd(8))} ${inert(value)}\n`);
  return `${output.style('bold', inert(technique.label))}  ${inert(technique.id)}\n${lines.join('')}`;
}

function relatedText(related: readonly Related[]): string {
  const shown = [...related]
    .sort((one, other) => other.imageCount - one.imageCount)
    .slice(0, MAX_RELATED)
    .map(({ technique, imageCount }) =>
      imageCount === 0 ? technique.label : `${technique.label} (${imageCount})`,
    );
  const rest = related.length - shown.length;
  return shown.join(', ') + (rest > 0 ? `, and ${rest} more` : '');
}
