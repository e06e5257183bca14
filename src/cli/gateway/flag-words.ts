// A gateway's messages name arguments of its schema; here they name the flags of the command line.

const FLAGS: Readonly<Record<string, string>> = {
  at: '--at',
  only: '--only',
  except: '--except',
  prefer: '--prefer',
  first: '--first',
  after: '--after',
  orderBy: '--order',
  'data.pid': '--pid',
  'data.format': '--data-format',
  'data.technique': '--technique',
  'data.facility': '--facility',
  'compute.resources': '--resource',
  'compute.cpus': '--cpus',
  'compute.memory': '--memory',
  'compute.time': '--time',
  'with.data': '--data-path',
  'with.credentials': '--credentials',
  'with.name': '--name',
  data: '--data-path',
  credentials: '--credentials',
};

/**
 * Each argument in backticks by the flag that it is given with: `` `at` `` → `` `--at` ``, and a field of one
 * `` `only.versions` `` → `` `--only versions` ``, or by the flag of that field alone. Any other word stays as it is.
 */
export const withFlags = (text: string): string =>
  text.replace(/`(\w+)(?:\.(\w+))?(?:\[\d+\])?`/g, (whole, name: string, field: string | undefined) => {
    const path = `${name}.${field}`;
    if (Object.hasOwn(FLAGS, path)) return `\`${FLAGS[path]}\``;
    return Object.hasOwn(FLAGS, name) ? `\`${FLAGS[name]}${field === undefined ? '' : ` ${field}`}\`` : whole;
  });
