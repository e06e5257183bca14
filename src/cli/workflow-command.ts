// Lines that GitHub Actions shows beside a change:
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
import { inert } from '../model/inert.ts';

export type Level = 'error' | 'warning' | 'notice';

/** One annotation; its texts are made inert, so that none of them ends it or begins another command. */
export function annotation(level: Level, title: string, message: string): string {
  return `::${level} title=${property(title)}::${data(message)}\n`;
}

const data = (text: string): string => inert(text).replaceAll('%', '%25');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
