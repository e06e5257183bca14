// `panfed search`: which images can do this work, and what may I do with them.
import { Command, Option } from 'commander';
import {
  type ChoiceField,
  FACET_FIELDS,
  type FacetField,
  IMAGE_ORDERS,
  type ImageOrder,
} from '../../model/choices.ts';
import { ACTIONS } from '../../model/decision.ts';
import { FederationError } from '../../model/errors.ts';
import { connectGateway } from '../gateway/client.ts';
import { type QueryOptions, withGatewayOptions } from '../gateway/options.ts';
import { requireAnswer } from '../gateway/outcome.ts';
import { openPage } from '../terminal/browser.ts';
import { numbered } from '../terminal/numbered.ts';
import { jsonText, type Output, processOutput } from '../terminal/output.ts';
import { wholeNumber } from '../whole-number.ts';
import { type ChoiceOptions, withChoiceOptions } from './choice-options.ts';
import { addValues, type ChoiceValues, facetFields, joinedChoices } from './choices.ts';
import { findFacets, findImages } from './pages.ts';
import type { Question } from './query.ts';
import { facetText, imageCard, imageTable, tellFound } from './report.ts';
import { type Flags, inFlags } from './unknown.ts';
import { webAddress } from './web.ts';

interface SearchOptions extends QueryOptions, ChoiceOptions {
  readonly facility?: ChoiceValues;
  readonly framework?: ChoiceValues;
  readonly version?: ChoiceValues;
  readonly technique?: ChoiceValues;
  readonly license?: ChoiceValues;
  readonly may?: ChoiceValues;
  readonly at?: string;
  readonly order: string;
  readonly first: number;
  readonly all?: true;
  readonly after?: string;
  readonly facets?: string | true;
  readonly long?: true;
  readonly web?: true;
}

const SHORTHANDS = ['facility', 'framework', 'version', 'technique', 'license', 'may'] as const;
const DEFAULT_FACETS = 'facility,framework,technique,license,may';

const EXAMPLES = `
Examples:
  $ panfed search relion
  $ PANFED_TOKEN=$(panfed token --as esrf-em) panfed search --technique "electron microscopy" --may execute --at esrf
  $ panfed search --framework relion --version ">=4.0 <5"
  $ panfed search --only facility=esrf,desy --except license=XDS --prefer trust=verified
  $ panfed search --only "component=openssl@<3.0.7"
  $ panfed search relion --long --first 1
  $ panfed search xds --web
  $ panfed search --all --format json | jq '.images[].reference'

Data goes to stdout, notices and registries that did not answer to stderr. The exit code is 0 if at least one registry
answered, and 5 if none did.`;

/**
 * `panfed search`, which writes to `output` and takes PANFED_URL and PANFED_TOKEN of `env`, by default those
 * of the process. It rejects as {@link connectGateway} and its requests do (USAGE, GATEWAY_UNREACHABLE, or
 * the gateway's own code, such as BAD_CHOICE), with USAGE for unknown facets and, with `--web`, as
 * {@link webAddress} throws, and with SOURCE_UNAVAILABLE where no registry answered.
 */
export function searchCommand(
  output: Output = processOutput(),
  env: NodeJS.ProcessEnv = process.env,
): Command {
  const command = withChoiceOptions(
    new Command('search')
      .description('find images that you may use')
      .argument('[words...]', 'what to search for'),
  );
  for (const name of SHORTHANDS) {
    const option = new Option(`--${name} <values>`, `short for --only ${name}=<values>`);
    if (name === 'may') option.choices(ACTIONS);
    command.addOption(option.argParser(adder(fieldOf(name))));
  }
  return withGatewayOptions(
    command
      .option('--at <facility>', 'where you mean to run it')
      .addOption(
        new Option('--order <order>', 'order of the images')
          .choices(IMAGE_ORDERS.map((order) => order.toLowerCase()))
          .default('relevance'),
      )
      .option('--first <count>', 'how many images', wholeNumber(), 20)
      .option('--all', 'all images, page by page')
      .option('--after <cursor>', 'go on behind the endCursor of an earlier answer')
      .addOption(
        new Option('--facets [fields]', `counts by field (${DEFAULT_FACETS} unless said)`)
          .choices([...FACET_FIELDS.map((field) => field.toLowerCase()), 'all'])
          .argParser(String),
      )
      .option('-l, --long', 'all that is known of each image, with its pull command')
      .option('--web', 'open the page of this question, or print its address where there is no browser'),
  )
    .addHelpText('after', EXAMPLES)
    .action((words: readonly string[], options: SearchOptions) => search(words, options, output, env));
}

async function search(
  words: readonly string[],
  options: SearchOptions,
  output: Output,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const facets = options.facets === undefined ? [] : fieldsOf(options.facets);
  const gateway = await connectGateway(options, env);
  const question = questionOf(words, options);
  const order = options.order.toUpperCase() as ImageOrder;
  if (options.web) return openPage(webAddress(gateway.page, question, order), output, env);
  const wanted = {
    orderBy: order,
    first: options.all ? null : options.first,
    after: options.after ?? null,
    long: options.long ?? options.format === 'json',
  };
  const found = await findImages(gateway, question, wanted, (fetched, of) =>
    output.message(`${fetched} of ${numbered(of, 'image')} …\n`),
  ).catch((error: unknown) => {
    throw inFlags(error, flagsOf(options));
  });
  const counts = facets.length === 0 ? [] : await findFacets(gateway, question, facets);

  if (options.format === 'json') {
    const { warnings: _warnings, ...data } = found;
    output.data(jsonText(facets.length === 0 ? data : { ...data, facets: counts }));
  } else {
    output.show(
      options.long
        ? found.images.map((image) => imageCard(image, output)).join('\n')
        : imageTable(found.images, output),
    );
    for (const facet of counts) output.show(`\n${facetText(facet, output)}`);
  }
  tellFound(found, output);
  requireAnswer(found.sources);
}

function flagsOf(options: SearchOptions): Flags {
  const names = [...SHORTHANDS, 'only', 'except', 'prefer'] as const;
  return { at: options.at, choices: Object.fromEntries(names.map((name) => [name, options[name]])) };
}

function questionOf(words: readonly string[], options: SearchOptions): Question {
  const only = SHORTHANDS.reduce<ChoiceValues>(
    (sum, name) => joinedChoices(sum, options[name] ?? {}),
    options.only ?? {},
  );
  return {
    search: words.length === 0 ? null : words.join(' '),
    only,
    except: options.except ?? {},
    prefer: options.prefer ?? {},
    at: options.at ?? null,
  };
}

const fieldOf = (name: (typeof SHORTHANDS)[number]): ChoiceField =>
  (
    ({
      facility: 'facilities',
      framework: 'frameworks',
      version: 'versions',
      technique: 'techniques',
      license: 'licenses',
      may: 'may',
    }) as const
  )[name];

const adder = (field: ChoiceField) => (text: string, before?: ChoiceValues) => addValues(field, text, before);

function fieldsOf(facets: string | true): readonly FacetField[] {
  try {
    return facetFields(facets === true ? DEFAULT_FACETS : facets);
  } catch (error) {
    throw new FederationError('USAGE', (error as Error).message, { at: '--facets' });
  }
}
