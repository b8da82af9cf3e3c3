import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { AnyEngine } from '../../../engines/api.ts';
import unreplicated from '../../../engines/unreplicated/index.ts';
import { type AnyHost, tinyEngine } from '../../runtimes/simulation/simulation-fixture.ts';
import { checkTranscript, runTranscripts } from './run-transcripts.ts';

const folder = mkdtempSync(join(tmpdir(), 'replibench-transcripts-'));
after(() => rmSync(folder, { recursive: true }));

/** Plays a script; returns its recorded lines without the script's own. */
function recorded(engine: AnyEngine, script: string): string[] {
  const file = join(folder, 'x.transcript');
  writeFileSync(file, script);
  assert.equal(checkTranscript(engine, file, true), '');
  const text = readFileSync(file, 'utf8');
  assert.equal(checkTranscript(engine, file, false), '', 'what was rewritten is what comes');
  return text
    .split('\n')
    .filter((line) => line.startsWith(' '))
    .map((line) => line.trim());
}

test('what a script brings about is recorded behind its steps, and is the same the next time', () => {
  const lines = recorded(unreplicated, '# a write\n> cluster 1\n> put n1 k v\n> pass 1ms\n\n> look\n');
  assert.deepEqual(lines, [
    '0.000 n1 leads, epoch 1',
    '0.250 n1 <= c1/1 put k v',
    '0.250 n1 writes {"kind":"put","key":"k","value":"v"}',
    '0.550 n1 is durable up to 1',
    '0.550 n1 => c1/1 ok',
    'n1 is holder, epoch 1, holds k=v',
  ]);
});

test('another conversation is told line by line, and the file stays as it is', () => {
  const file = join(folder, 'y.transcript');
  const text =
    '> cluster 1\n     0.000 n1 leads, epoch 1\n> put n1 k v\n> pass 1ms\n     0.550 n1 => c1/1 fail: conflict\n';
  writeFileSync(file, text);
  const difference = checkTranscript(unreplicated, file, false);
  assert.match(difference, /^- {5}0\.550 n1 => c1\/1 fail: conflict$/m);
  assert.match(difference, /^\+ {5}0\.550 n1 => c1\/1 ok$/m);
  assert.equal(readFileSync(file, 'utf8'), text);
});

test('a session goes on: its serials count, and it hands back the context of its last answer', () => {
  const seen: unknown[] = [];
  const engine = tinyEngine((host: AnyHost) => ({
    onRequest: (request) => {
      seen.push([request.session, request.serial, request.context]);
      host.reply(request, { context: `after ${request.serial}` });
    },
  }));
  recorded(engine, '> cluster 2\n> get n1 k\n> pass 1ms\n> get n2 k\n> get n1 k as=c2\n> pass 1ms\n');
  assert.deepEqual(seen.slice(0, 3), [
    ['c1', 1, undefined],
    ['c1', 2, 'after 1'],
    ['c2', 1, undefined],
  ]);
});

test('nodes end, lose their disks and start again, and cuts are made and mended', () => {
  const sender = tinyEngine((host: AnyHost) => {
    if (host.boot === 'found') host.log.append('entry');
    host.setTimer('send', 2);
    return {
      onTimer: () => {
        if (host.self === 'n1') host.send('n2', { type: 'hello', recovered: host.log.recovered.length });
        host.setTimer('send', 2);
      },
    };
  });
  const lines = recorded(
    sender,
    '> cluster 2\n> pass 3ms\n> cut n1 | n2\n> pass 2ms\n> mend\n> kill n1\n> restart n1\n> pass 3ms\n> vanish n1\n> wipe n1\n> look\n> restart n1\n> pass 3ms\n',
  );
  assert.deepEqual(
    lines.filter((line) => /hello|ends|starts|down/.test(line)),
    [
      '2.000 n1 -> n2 hello recovered=0',
      '5.000 n1 ends (kill)',
      '5.000 n1 starts (restart)',
      '7.000 n1 -> n2 hello recovered=1',
      '8.000 n1 ends (vanish)',
      'n1 is down',
      '8.000 n1 starts (restart)',
      '10.000 n1 -> n2 hello recovered=0',
    ],
  );
});

test('mistakes in a script name the file and the line', () => {
  const mistake = (script: string, engine: AnyEngine = unreplicated): void => void recorded(engine, script);
  const configured = { ...unreplicated, presets: { default: { waitMs: 5 } }, validate: () => ['waitMs is wrong.'] };
  assert.throws(
    () => mistake('> pass 1ms\n'),
    /^Error: x\.transcript:1: expected "cluster NUMBER" before any other step$/,
  );
  assert.throws(() => mistake('> cluster 1\n> cluster 1\n'), /x\.transcript:2: expected one "cluster"/);
  assert.throws(
    () => mistake('> cluster 1 preset=fast\n'),
    /x\.transcript:1: preset must be one of default, but "fast" came/,
  );
  assert.throws(
    () => mistake('> cluster 1 waitms=5\n', configured),
    /the option must be one of waitMs, .* did you mean "waitMs"/,
  );
  assert.throws(() => mistake('> cluster 1 waitMs=5\n', configured), /x\.transcript:1: waitMs is wrong\.$/);
  assert.throws(
    () => mistake('> cluster 2\n> kill n3\n'),
    /x\.transcript:2: the node must be one of n1, n2, but "n3" came/,
  );
  assert.throws(() => mistake('> cluster 2\n> kill n1\n> put n1 k v\n'), /x\.transcript:3: n1 must be up to be asked/);
  assert.throws(() => mistake('> cluster 2\n> wipe n1\n'), /x\.transcript:2: n1 must be down to lose its disk/);
});

test('a folder without transcripts is a mistake, and no test that passes', () => {
  assert.throws(
    () => runTranscripts(unreplicated, mkdtempSync(join(folder, 'empty-'))),
    /files that end in \.transcript/,
  );
});
