// `--web`: opens an address in the browser, if this machine has a display.
import open from 'open';
import type { Output } from './output.ts';

/**
 * Prints the address, and opens it if there is a display: on a server or through ssh it is only printed. `launch` opens
 * it, by default in the user's browser. Rejects as `launch` does; a browser that does not start is not a failure.
 */
export async function openPage(
  address: URL,
  output: Pick<Output, 'data'>,
  env: NodeJS.ProcessEnv,
  launch: (address: string) => Promise<{ on(event: 'error', call: () => void): unknown }> = open,
): Promise<void> {
  output.data(`${address.href}\n`);
  if (!hasDisplay(env, process.platform)) return;
  // If the browser does not start, the address was printed all the same.
  const child = await launch(address.href);
  child.on('error', () => {});
}

/**
 * Whether the user who typed the command would see a window that is opened here: on macOS and Windows, or with a
 * display, and not through ssh.
 */
export function hasDisplay(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (env.SSH_CONNECTION) return false;
  return (
    platform === 'darwin' ||
    platform === 'win32' ||
    Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME)
  );
}
