/** `failovers.csv`: what a fault did, as the clients of one zone saw it. */
import { count, figure, flag, text } from './column.ts';

export const failovers = {
  description:
    'One row a fault and client zone. The zone "all", where it is present, stands for all clients together. ' +
    'Rows with the same trial and at_ms tell of one fault.',
  columns: [
    text('trial', 'Trial in which the fault was injected.'),
    text('engine', 'Engine under test.'),
    text('preset', "Preset of the engine's options."),
    text('runtime', 'What carried the replicas: threads or simulation.'),
    text('topology', 'Nodes, zones, links and clients, by name; empty: a run of a version that did not say.'),
    text('durability', 'How logs were treated: fsync or none.'),
    text('fault', 'What was done.'),
    figure(
      'fault_for_ms',
      'ms',
      'How long the fault was to stand; empty: to the end of observation, or in several steps.',
    ),
    text('target', 'Node or zone that it was done to.'),
    text('client_zone', 'Zone whose clients this row tells of, or all.'),
    count('seed', '', 'Seed of the trial.'),
    figure('phase_ms', 'ms', 'Random wait that put the fault at a random phase of the heartbeat interval.'),
    figure('at_ms', 'ms', "When the fault took effect, on the trial's clock (that of timeline.csv)."),
    figure('detect_ms', 'ms', 'Fault to the first suspicion that a survivor noted; self-reported by the engine.'),
    figure('elect_ms', 'ms', 'From detection to the note of a survivor that it leads; self-reported by the engine.'),
    figure(
      'first_commit_ms',
      'ms',
      'Fault to the end of the first write that started after it and ended ok; empty: none did.',
    ),
    figure('outage_ms', 'ms', 'Longest interval reaching past the fault in which no write of these clients ended ok.'),
    figure('outage_from_ms', 'ms', 'Start of that interval, counted from the fault; below zero: before it.'),
    figure('resolution_ms', 'ms', 'Mean time between two writes of these clients: the outage cannot be known better.'),
    figure(
      'read_outage_ms',
      'ms',
      'Longest interval reaching past the fault in which no read of these clients ended ok.',
    ),
    figure('observed_ms', 'ms', 'How long was observed after the fault.'),
    flag('censored', 'Whether the outage lasted to the end of observation, so that outage_ms is only a lower bound.'),
    figure(
      'rto_ms',
      'ms',
      'Fault to the intended start from which on at least 99 % of operations were served (ok within the attempt time-out) for 500 ms, twice in a row; empty: never.',
    ),
    figure('recovery_95_ms', 'ms', 'Fault to the return of 95 % of the baseline rate; empty: never.'),
    count('lost_service_ops', 'operations', 'Operations intended between fault and recovery that did not end ok.'),
    count('late_service_ops', 'operations', 'Those of the same time that did end ok, but more than 100 ms late.'),
    count('acked', 'operations', "These clients' acknowledged ledger writes around this fault."),
    count('acked_lost', 'operations', 'Those of them that no node held in the audit after heal.'),
    count('accepted', 'operations', 'Those acknowledged below the promised number of copies.'),
    count('accepted_lost', 'operations', 'Accepted ones that no node held in the audit after heal.'),
    figure(
      'loss_window_ms',
      'ms',
      'Intended start of the oldest lost write to the end of the newest; empty: none was lost.',
    ),
    figure('ledger_per_s', '1/s', "These clients' acknowledged ledger writes per second before the fault."),
    figure(
      'lag_ms',
      'ms',
      'Fault minus the answer to the oldest lost write that the deposed primary had answered by then; 0: none; empty: nobody took its place.',
    ),
    figure(
      'unfenced_ms',
      'ms',
      'How long the deposed primary went on acknowledging writes of these clients after the fault, without the time in which it stood still or was down; empty: nobody took its place.',
    ),
    count('shadowed', 'operations', 'Acknowledged writes found only as losing versions.'),
    count('stale_reads', 'operations', 'Reads that missed a write acknowledged before they started.'),
    count(
      'false_failovers',
      'count',
      'Changes of the answering leader for which no fault gave cause; of the cluster, the same for all zones of a fault.',
    ),
    figure(
      'dual_primary_ms',
      'ms',
      'Time in which two primaries answered writes; of the cluster, the same for all zones of a fault.',
    ),
    flag('valid', 'Whether the figures of this row may be used.'),
    text('void_reason', 'Why the row is void; empty when it is valid.'),
  ],
} as const;
