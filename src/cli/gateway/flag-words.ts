// A gateway's messages name arguments of its schema; here they name the flags of the command line.

const FLAGS: Readonly<Record<string, string>> = {
  at: '--at',
  only: '--only',
  except: '--except',
  prefer: '--prefer',
  first: '--first',
  after: '--after',
  orderBy: '--order',
};

/**
 * Each argument in backticks by the flag that it is given with: `` `at` `` → `` `--at` ``, and a field of one
 * `` `only.versions` `` → `` `--only versions` ``. Any other word stays as it is.
 */
export const withFlags = (text: string): string =>
  text.replace(/`(\w+)(?:\.(\w+))?`/g, (whole, name: string, field: string | undefined) =>
    Object.hasOwn(FLAGS, name) ? `\`${FLAGS[name]}${field === undefined ? '' : ` ${field}`}\`` : whole,
  );
