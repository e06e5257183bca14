// Lines that GitHub Actions shows beside a change:
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
import { inert } from '../../model/inert.ts';

export type Level = 'error' | 'warning' | 'notice';

/** A line of a file in the change. */
export interface Line {
  readonly file: string;
  readonly line: string;
}

/**
 * One annotation as a workflow command of GitHub Actions, with its line feed; `at` is its place in a file of
 * the change, by default none (null). Its texts are made inert and escaped, so that none of them ends it or
 * begins another command.
 */
export function annotation(level: Level, title: string, message: string, at: Line | null = null): string {
  const place = at === null ? '' : `file=${property(at.file)},line=${property(at.line)},`;
  return `::${level} ${place}title=${property(title)}::${data(message)}\n`;
}

const data = (text: string): string => inert(text).replaceAll('%', '%25');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
