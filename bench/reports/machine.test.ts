import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeMachine, fileSystemName, isMemoryFileSystem, measureSync } from './machine.ts';

test('file systems are known by name on Linux, also from a negative number, and by number elsewhere', () => {
  assert.equal(fileSystemName(0xef53, 'linux'), 'ext4');
  assert.equal(fileSystemName(0x9123683e - 2 ** 32, 'linux'), 'btrfs');
  assert.equal(fileSystemName(0x1a, 'darwin'), '0x1a');
  assert.equal(isMemoryFileSystem(fileSystemName(0x01021994, 'linux')), true);
  assert.equal(isMemoryFileSystem('ext4'), false);
});

test('the machine is described and the cost of a sync measured, leaving nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'machine-'));
  try {
    const machine = await describeMachine(folder);
    assert.equal(machine.nodeVersion, process.versions.node);
    assert.ok(machine.cores >= 1 && machine.memoryBytes > 0 && machine.cpuModel !== '');
    const sync = await measureSync(folder, 10);
    assert.ok(sync.p50Ms > 0 && sync.p99Ms >= sync.p50Ms);
    assert.deepEqual(readdirSync(folder), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
