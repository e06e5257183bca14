// `panfed token`: a token of one of the demo's people, made with the key that the running demo left for its user.

import { Command, Option } from 'commander';
import { isLoopbackHost } from '../config/loopback.ts';
import { thisUser, type UserHome } from '../config/user-folders.ts';
import { mintDemoToken } from '../identity/demo-credential.ts';
import { DEMO_PEOPLE, type DemoPerson, demoPerson } from '../identity/demo-people.ts';
import { findCredential } from '../identity/demo-state.ts';
import { SYSTEM_CLOCK, type WallClock } from '../model/clock.ts';
import { FederationError } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import { DEFAULT_URL } from './gateway/client.ts';
import { type Output, processOutput } from './terminal/output.ts';

/** What the command reads of its process, and where its data goes. */
export interface TokenProcess extends UserHome {
  readonly clock: WallClock;
  readonly output: Pick<Output, 'data'>;
}

interface TokenOptions {
  readonly as?: string;
  readonly url?: string;
  readonly list?: true;
}

const NAMES = DEMO_PEOPLE.map(({ name }) => name);

/**
 * `panfed token`, of this process by default: prints a token of one of the demo's people and a line's end, or
 * their list (`--list`). The demo is that of `--url`, else of PANFED_URL, else of the default URL. Rejects
 * with USAGE where no person or an unknown one is named, and for a URL that is none of this machine's; with
 * GATEWAY_UNREACHABLE if no demo of this user is running there.
 */
export function tokenCommand(process: TokenProcess = thisProcess()): Command {
  return new Command('token')
    .description('print a token of one of the demo’s people')
    .addOption(
      // The choices are for the help and for completion; `personNamed` refuses others with a better message.
      new Option('--as <person>', 'who asks').choices(NAMES).argParser(String),
    )
    .option('--url <url>', `the demo gateway (PANFED_URL; ${DEFAULT_URL} unless said)`)
    .option('--list', 'list the people instead')
    .addHelpText(
      'after',
      '\nExamples:\n  $ panfed token --list\n  $ PANFED_TOKEN=$(panfed token --as visitor) panfed search relion',
    )
    .action(async (options: TokenOptions) => {
      process.output.data(options.list ? peopleList() : `${await token(options, process)}\n`);
    });
}

async function token({ as, url }: TokenOptions, { env, home, clock }: TokenProcess): Promise<string> {
  const person = personNamed(as);
  const port = portOf(url ?? (env.PANFED_URL || DEFAULT_URL));
  const credential = findCredential(port, { env, home });
  if (credential === null) {
    throw new FederationError('GATEWAY_UNREACHABLE', `no demo of this user is running on port ${port}`, {
      hint: 'Start one with `npm start` or `panfed serve`, or name its port: --url http://127.0.0.1:<port>',
    });
  }
  return mintDemoToken(credential, person, clock.wall());
}

function personNamed(name: string | undefined): DemoPerson {
  const everyone = `The demo's people: ${NAMES.join(', ')}.`;
  if (name === undefined) {
    throw new FederationError('USAGE', '--as is missing: a token is for one person', { hint: everyone });
  }
  const person = demoPerson(name);
  if (person !== null) return person;
  const near = nearest(name, NAMES);
  throw new FederationError('USAGE', 'the demo has no person of that name', {
    at: '--as',
    hint: near.length === 0 ? everyone : `Did you mean ${near.join(' or ')}? ${everyone}`,
    extensions: { suggestions: near },
  });
}

function portOf(text: string): number {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new FederationError('USAGE', 'not an http or https URL', {
      at: '--url',
      hint: `Write it as in ${DEFAULT_URL}`,
    });
  }
  if (!isLoopbackHost(url.hostname)) {
    throw new FederationError('USAGE', 'the demo’s people can sign in only on this machine', {
      at: '--url',
      hint: 'For another gateway get a token from its issuer, and pass it by --token-file or PANFED_TOKEN.',
    });
  }
  return Number(url.port || (url.protocol === 'https:' ? 443 : 80));
}

function peopleList(): string {
  const width = Math.max(...NAMES.map((name) => name.length)) + 2;
  return DEMO_PEOPLE.map(({ name, title }) => `${name.padEnd(width)}${title}\n`).join('');
}

function thisProcess(): TokenProcess {
  return {
    ...thisUser(),
    clock: SYSTEM_CLOCK,
    output: processOutput(),
  };
}
