/** The tables of samples: `timeline.csv`, `latency.csv`, `nodes.csv`, `floor.csv` and `service.csv`. */
import { count, figure, flag, text } from './column.ts';

export const timeline = {
  description: 'One row a bucket of time of a trial.',
  columns: [
    text('trial', 'Trial that the bucket belongs to.'),
    figure('t_ms', 'ms', "Start of the bucket on the trial's clock."),
    count('offered', 'operations', 'Operations whose intended start lies in the bucket.'),
    count('ok', 'operations', 'Those of them that ended ok, whenever that was.'),
    count('fail', 'operations', 'Those of them that ended with a definite failure.'),
    count('unknown', 'operations', 'Those of them whose effect stayed unknown.'),
    count('completed', 'operations', 'Operations that ended ok within the bucket, whenever they were intended.'),
    figure('p50_ms', 'ms', 'Median latency of the operations intended in the bucket.'),
    figure('p99_ms', 'ms', '99th percentile of the latency of the operations intended in the bucket.'),
  ],
} as const;

export const latency = {
  description:
    'One row a histogram bucket of latency from intended start, of one trial, operation kind and client zone.',
  columns: [
    text('trial', 'Trial that was measured.'),
    count('step', 'count', "Step of the trial's load, from 1, as in trials.csv."),
    text('kind', 'Operation kind: get, put, delete, cas, append or add.'),
    text('client_zone', 'Zone of the clients.'),
    figure('from_ms', 'ms', 'Lower bound of the bucket, included.'),
    figure('to_ms', 'ms', 'Upper bound of the bucket, excluded; empty: none.'),
    count('count', 'operations', 'Operations in the bucket.'),
  ],
} as const;

export const nodes = {
  description:
    'One row a node of a trial, but for trials of detection with more than nine; counters cover all its lives.',
  columns: [
    text('trial', 'Trial that the node took part in.'),
    text('node', 'Name of the node.'),
    text('zone', 'Zone that the node stands in.'),
    flag('up', 'Whether the node was running at the end of the trial.'),
    text('role', 'Role at the end of the trial, in the words of the engine.'),
    figure('cpu_ms', 'ms', "CPU time of the node's thread; empty: the system does not tell."),
    figure('heap_mb', 'MB', "Heap of the node's thread."),
    figure('lateness_max_ms', 'ms', 'Latest that the node handled a deadline.'),
    count('messages', 'count', 'Messages sent to other nodes.'),
    count('bytes', 'bytes', 'Estimated bytes sent to other nodes.'),
    count('dropped', 'count', "Messages dropped because a link's queue was full."),
    count('syncs', 'count', "Syncs of the node's log."),
    count('answered', 'operations', 'Operations that the node answered.'),
  ],
} as const;

export const floor = {
  description: 'One row a measurement of the thread floor: client, leader and two followers without any protocol.',
  columns: [
    text('id', 'Name of the measurement.'),
    figure('at', 'ms', 'When it was taken, counted from the start of the run.'),
    text('mode', 'single: one message an operation; batch: one message a turn.'),
    count('clients', 'count', 'Closed-loop clients.'),
    figure('ops_per_s', '1/s', 'Operations per second.'),
    figure('p50_ms', 'ms', 'Median latency.'),
  ],
} as const;

export const service = {
  description: 'One row a service time: one operation at a time on an idle cluster.',
  columns: [
    text('trial', 'Trial that was measured.'),
    text('engine', 'Engine under test.'),
    text('preset', "Preset of the engine's options."),
    text('durability', 'How logs are treated: fsync or none.'),
    text('operation', 'Operation kind.'),
    count('samples', 'count', 'Operations timed.'),
    figure('p50_ms', 'ms', 'Median service time.'),
    figure('p99_ms', 'ms', '99th percentile of the service time.'),
    figure('mean_ms', 'ms', 'Mean service time.'),
    figure('rme_share', 'share', 'Relative margin of error of the mean at 95 % confidence.'),
  ],
} as const;
