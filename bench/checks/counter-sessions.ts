/** The session guarantees of counters; what counts is said in `sessions.ts`. */
import { ADD, GET, OK } from '../history.ts';
import type { Operations } from './columns.ts';
import { countersOf, joined, NO_SHARE, type Share, shareBehind } from './counter-bounds.ts';
import { walkSessions } from './process-order.ts';
import type { SessionTallies } from './sessions.ts';
import type { WriteIndex } from './write-index.ts';

/** What a session knows of one counter. */
interface View {
  /** Its own ok adds, and the last of them; −1: none. */
  own: Share;
  lastAdd: number;
  /** What its reads have shown at least, and the last of them. */
  seen: Share;
  lastRead: number;
}

export function counterSessions(operations: Operations, index: WriteIndex, tallies: SessionTallies): void {
  const counters = countersOf(operations, index);
  if (counters.size === 0) return;
  const { key: keys, kind, outcome, observed, end, valueText } = operations;
  let views = new Map<number, View>();
  walkSessions(
    operations,
    () => {
      views = new Map();
    },
    (row) => {
      const key = keys[row]!;
      const counter = counters.get(key);
      if (counter === undefined || outcome[row] !== OK) return;
      let view = views.get(key);
      if (view === undefined) {
        view = { own: NO_SHARE, lastAdd: -1, seen: NO_SHARE, lastRead: -1 };
        views.set(key, view);
      }
      if (kind[row] === ADD) {
        view.own = joined(view.own, counter.amount(row));
        view.lastAdd = row;
      } else if (kind[row] === GET) {
        const sum = counter.sumIn(valueText(observed[row]!));
        // What no adds make is no matter of sessions.
        if (sum === undefined || !counter.allows(sum, end[row]!)) return;
        if (!counter.allows(sum, end[row]!, view.own)) tallies['read-your-writes'].add(key, view.lastAdd, row);
        if (!counter.allows(sum, end[row]!, view.seen)) tallies['monotonic-reads'].add(key, view.lastRead, row);
        else {
          view.seen = larger(view.seen, shareBehind(sum));
          view.lastRead = row;
        }
      }
    },
  );
}

/** Both shares are behind what was read, the one perhaps a part of the other. */
const larger = (one: Share, other: Share): Share => ({
  up: one.up > other.up ? one.up : other.up,
  down: one.down < other.down ? one.down : other.down,
});
