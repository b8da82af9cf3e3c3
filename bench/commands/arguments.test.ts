import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../input.ts';
import { flagLines, readArguments, wholeNumber } from './arguments.ts';

const FLAGS = {
  suite: { takes: 'NAME', says: 'what to measure' },
  engine: { takes: 'NAME', many: true, says: 'which engines' },
  quick: { says: 'shorter' },
  help: { says: 'shows this' },
} as const;

const read = (...args: string[]) => readArguments('run', args, FLAGS);
const mistake = (message: string) => (error: unknown) => {
  assert.ok(error instanceof InputError);
  assert.equal(error.message, message);
  return true;
};

test('flags come with their values, those left out without', () => {
  const { values, words } = read('--suite', 'floor', '--engine', 'a', '--engine=b', '--quick', 'word');
  assert.deepEqual(values, { suite: 'floor', engine: ['a', 'b'], quick: true, help: false });
  assert.deepEqual(words, ['word']);
  assert.deepEqual(read().values, { suite: undefined, engine: [], quick: false, help: false });
});

test('-h is --help', () => {
  assert.equal(read('-h').values.help, true);
});

test('a value may begin with one hyphen, and hold an equals sign', () => {
  assert.equal(read('--suite', '-1').values.suite, '-1');
  assert.equal(read('--suite=a=b').values.suite, 'a=b');
});

test('an unknown flag is answered with the nearest name', () => {
  assert.throws(() => read('--siute', 'x'), mistake('run has no flag --siute; did you mean --suite?'));
  assert.throws(() => read('--qui'), mistake('run has no flag --qui; did you mean --quick?'));
});

test('an unknown flag that resembles none points at the help', () => {
  assert.throws(() => read('--zzzzzz'), mistake('run has no flag --zzzzzz; see "replibench run --help"'));
  assert.throws(() => read('-x'), mistake('run has no flag -x; see "replibench run --help"'));
});

test('what every object inherits is no flag', () => {
  assert.throws(() => read('--constructor'), /run has no flag --constructor/);
  assert.throws(() => read('--toString=1'), /run has no flag --toString/);
});

test('a flag that takes a value needs one', () => {
  const needed = mistake('--suite needs a value: NAME');
  assert.throws(() => read('--suite'), needed);
  assert.throws(() => read('--suite='), needed);
  assert.throws(() => read('--suite', '--quick'), needed);
});

test('a switch takes no value', () => {
  assert.throws(() => read('--quick=yes'), mistake('--quick takes no value, but "yes" came'));
});

test('a flag with one value is given once, a switch as often as one likes', () => {
  assert.throws(() => read('--suite', 'a', '--suite', 'b'), mistake('--suite was given twice'));
  assert.equal(read('--quick', '--quick').values.quick, true);
});

test('after -- everything is a word', () => {
  assert.deepEqual(read('--', '--quick').words, ['--quick']);
});

test('a whole number is digits and nothing else, and large enough', () => {
  assert.equal(wholeNumber('seed', undefined, 0), undefined);
  assert.equal(wholeNumber('seed', '0', 0), 0);
  assert.equal(wholeNumber('seed', '42', 1), 42);
  for (const text of ['-1', '1.5', '1e3', '0x10', 'ten', ' ', '99999999999999999999']) {
    assert.throws(
      () => wholeNumber('seed', text, 0),
      mistake(`--seed must be a whole number of 0 or more, but "${text}" came`),
    );
  }
  assert.throws(() => wholeNumber('repeat', '0', 1), /--repeat must be a whole number of 1 or more, but "0" came/);
});

test('the lines of help name every flag, what it takes, and whether it may be repeated', () => {
  assert.equal(
    flagLines(FLAGS),
    [
      '  --suite NAME   what to measure\n',
      '  --engine NAME  which engines (may be repeated)\n',
      '  --quick        shorter\n',
      '  --help         shows this\n',
    ].join(''),
  );
});
