// The options of `panfed job`, as written on the command line.
import type { JobEngine } from '../../model/compute.ts';
import type { GatewayOptions } from '../gateway/client.ts';
import type { QuestionOptions } from '../match/question.ts';

export interface JobOptions extends GatewayOptions, QuestionOptions {
  readonly resource: string;
  readonly engine?: JobEngine;
  readonly dataPath?: readonly string[];
  readonly credentials?: string;
  readonly name?: string;
  readonly output?: string;
  readonly force?: true;
  readonly format: 'text' | 'json';
}
