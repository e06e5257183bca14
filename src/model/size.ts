// Bytes as people read and write them, in binary units (IEC 80000-13).

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/**
 * A number of bytes, 0 or more, in the largest fitting binary unit (IEC 80000-13) from B to TiB, rounded to a tenth: `2
 * GiB`, `1.2 GiB`.
 */
export function sizeText(bytes: number): string {
  const power = powerOf(bytes);
  const value = bytes / 1_024 ** power;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${UNITS[power]}`;
}

/**
 * A limit in bytes, exactly, in binary units (IEC 80000-13) up to TiB: `64 MiB`, or `100000000 bytes` if it is not a
 * whole number of the largest fitting unit.
 */
export function limitText(bytes: number): string {
  const power = powerOf(bytes);
  const value = bytes / 1_024 ** power;
  return power > 0 && Number.isInteger(value) ? `${value} ${UNITS[power]}` : `${bytes} bytes`;
}

const powerOf = (bytes: number): number =>
  Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
