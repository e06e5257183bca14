// Checks `federation` and `demo` together: the demo is for this machine only, and every other gateway needs a secret.
import { isLoopbackHost } from '../loopback.ts';
import type { Report } from '../problem.ts';
import type { Config } from '../schema.ts';

/** Reports a missing `federation.secret`, and a demo that listens beyond loopback or has a public URL. */
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
      'the demo listens on loopback only: anyone who can reach it can sign in as its people',
      'Use 127.0.0.1, or remove demo: true.',
    );
  }
  if (config.federation.publicUrl !== undefined) {
    report(['federation', 'publicUrl'], 'the demo has no public URL', 'Remove publicUrl, or demo: true.');
  }
}
