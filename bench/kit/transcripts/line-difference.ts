/** Two texts line by line: what is expected and gone (`-`), what came instead (`+`), with a few lines around each place. */

const CONTEXT_LINES = 2;

/** Empty: the texts are the same. */
export function lineDifference(expected: string, actual: string): string {
  const marked = markLines(expected.split('\n'), actual.split('\n'));
  const shown = new Set<number>();
  marked.forEach((line, at) => {
    if (line.startsWith(' ')) return;
    for (let near = at - CONTEXT_LINES; near <= at + CONTEXT_LINES; near++) shown.add(near);
  });
  return marked
    .flatMap((line, at) => (shown.has(at) ? [shown.has(at - 1) || at === 0 ? line : `…\n${line}`] : []))
    .join('\n');
}

/** Every line of both, those they share once: along a longest common subsequence. */
function markLines(expected: readonly string[], actual: readonly string[]): string[] {
  const width = actual.length + 1;
  /** By place in both: how many lines the rests from there on share. */
  const shared = new Uint32Array((expected.length + 1) * width);
  for (let i = expected.length - 1; i >= 0; i--) {
    for (let j = actual.length - 1; j >= 0; j--) {
      shared[i * width + j] =
        expected[i] === actual[j]
          ? shared[(i + 1) * width + j + 1]! + 1
          : Math.max(shared[(i + 1) * width + j]!, shared[i * width + j + 1]!);
    }
  }
  const marked: string[] = [];
  let [i, j] = [0, 0];
  while (i < expected.length || j < actual.length) {
    if (i < expected.length && j < actual.length && expected[i] === actual[j]) {
      marked.push(` ${expected[i++]}`);
      j++;
    } else if (
      j === actual.length ||
      (i < expected.length && shared[(i + 1) * width + j]! >= shared[i * width + j + 1]!)
    ) {
      marked.push(`-${expected[i++]}`);
    } else marked.push(`+${actual[j++]}`);
  }
  return marked;
}
