// Bytes as people read and write them: in binary units.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `2 GiB`, `1.2 GiB`, rounded. */
export function sizeText(bytes: number): string {
  const power = powerOf(bytes);
  const value = bytes / 1_024 ** power;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${UNITS[power]}`;
}

/** `64 MiB`, and `100000000 bytes` for what is no whole number of a unit: a limit is told as it holds. */
export function limitText(bytes: number): string {
  const power = powerOf(bytes);
  const value = bytes / 1_024 ** power;
  return power > 0 && Number.isInteger(value) ? `${value} ${UNITS[power]}` : `${bytes} bytes`;
}

const powerOf = (bytes: number): number =>
  Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
