/** What a run's figures depend on and no suite file says: the machine, its versions, and the disk under the logs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { open, statfs } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

export interface Machine {
  readonly nodeVersion: string;
  readonly v8Version: string;
  readonly os: string;
  readonly arch: string;
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Type of the file system that holds the nodes' logs: a name, or the system's number for it in hexadecimal. */
  readonly fileSystem: string;
}

/** Numbers that Linux gives in `statfs` (its `magic.h`), by the name people use. */
const FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x01021994, 'tmpfs'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x794c7630, 'overlay'],
  [0x2fc12fc1, 'zfs'],
  [0xf2f52010, 'f2fs'],
  [0x6969, 'nfs'],
  [0x858458f6, 'ramfs'],
  [0x65735546, 'fuse'],
  [0x01021997, '9p'],
]);

/** @param type As `statfs` gives it; some systems give it as a negative number of 32 bits. */
export function fileSystemName(type: number, system: string = platform()): string {
  const magic = type >>> 0;
  return (system === 'linux' ? FILE_SYSTEMS.get(magic) : undefined) ?? `0x${magic.toString(16)}`;
}

/** File systems that live in memory: a sync costs nothing on them and says nothing about disks. */
export const isMemoryFileSystem = (name: string): boolean => name === 'tmpfs' || name === 'ramfs';

/** @param directory Where the nodes' logs will be. */
export async function describeMachine(directory: string): Promise<Machine> {
  const processors = cpus();
  return {
    nodeVersion: process.versions.node,
    v8Version: process.versions.v8,
    os: `${platform()} ${release()}`,
    arch: arch(),
    cpuModel: processors[0]?.model.trim() || 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    fileSystem: fileSystemName(Number((await statfs(directory)).type)),
  };
}

export interface SyncCost {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Times `writes` writes of 4 KiB, each followed by `fdatasync`, one after the other, in a folder of their own. */
export async function measureSync(directory: string, writes = 100): Promise<SyncCost> {
  const folder = mkdtempSync(join(directory, 'sync-'));
  try {
    const file = await open(join(folder, 'block'), 'w');
    const block = Buffer.alloc(4096, 1);
    const times: number[] = [];
    try {
      for (let i = 0; i < writes; i++) {
        const start = performance.now();
        await file.write(block);
        await file.datasync();
        times.push(performance.now() - start);
      }
    } finally {
      await file.close();
    }
    times.sort((a, b) => a - b);
    // Nearest rank: the smallest time that at least this share of the writes did not exceed.
    const rank = (share: number): number => times[Math.max(0, Math.ceil(share * times.length) - 1)]!;
    return { p50Ms: rank(0.5), p99Ms: rank(0.99) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
