/** Shows how a run goes on: a line a trial, and on a terminal the trial under way with the time passed. */
import type { SuiteProgress } from '../trials/run-suite.ts';

const REFRESH_MS = 500;
const ERASE_LINE = '\r\u001b[2K';

export interface Progress extends SuiteProgress {
  /** Takes the transient line away, until something begins again. */
  erase(): void;
  /** Takes it away for good. */
  end(): void;
}

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

export function showProgress(stream: Stream): Progress {
  const startedMs = performance.now();
  let doing = '';
  let place = '';
  const draw = (): void => {
    if (doing === '') return;
    const line = `${place} ${doing} … ${elapsed(performance.now() - startedMs)}`;
    stream.write(ERASE_LINE + line.slice(0, Math.max(20, (stream.columns ?? 80) - 1)));
  };
  const erase = (): void => {
    doing = '';
    if (stream.isTTY) stream.write(ERASE_LINE);
  };
  const timer = stream.isTTY ? setInterval(draw, REFRESH_MS) : undefined;
  return {
    begins(number, total, label) {
      place = `[${String(number).padStart(String(total).length)}/${total}]`;
      doing = printable(label);
      if (stream.isTTY) draw();
    },
    ended(label, summary) {
      doing = '';
      stream.write(`${stream.isTTY ? ERASE_LINE : ''}${place} ${printable(`${label}: ${summary}`)}\n`);
    },
    erase,
    end() {
      erase();
      clearInterval(timer);
    },
  };
}

/** Names and reasons may come from an engine: what would move the cursor becomes a space. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ');

function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
