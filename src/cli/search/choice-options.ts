// The options of every command that narrows down images by their fields.
import type { Command } from 'commander';
import { addChoice, type ChoiceValues } from './choices.ts';

export interface ChoiceOptions {
  readonly only?: ChoiceValues;
  readonly except?: ChoiceValues;
  readonly prefer?: ChoiceValues;
}

/** Adds --only, --except and --prefer, which may be repeated. Returns the same command. */
export function withChoiceOptions(command: Command): Command {
  return command
    .option(
      '--only <field=values>',
      'only images with any of the values, such as facility=esrf,desy',
      addChoice,
    )
    .option('--except <field=values>', 'no images with any of the values', addChoice)
    .option('--prefer <field=values>', 'images with any of the values first', addChoice);
}
