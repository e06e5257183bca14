// What must hold of `federation` and `demo` together: the demo is for this machine alone, and all else needs a secret.
import { isLoopbackHost } from './loopback.ts';
import type { Report } from './problem.ts';
import type { Config } from './schema.ts';

export function checkGateway(config: Config, report: Report): void {
  if (!config.demo) {
    if (config.federation.secret === undefined) {
      report(
        ['federation'],
        'federation.secret is missing',
        'Write secret: {env: PANFED_SECRET} and set it to 32 random bytes or more.',
      );
    }
    return;
  }
  if (!isLoopbackHost(config.federation.listen.host)) {
    report(
      ['federation', 'listen', 'host'],
      'the demo listens on loopback only: its people are for everyone who can reach it',
      'Use 127.0.0.1, or take out demo: true.',
    );
  }
  if (config.federation.publicUrl !== undefined) {
    report(['federation', 'publicUrl'], 'the demo has no public URL', 'Take out publicUrl, or demo: true.');
  }
}
