/** `detections.csv`: how the nodes of a cluster found one dead, and whom they wrongly thought so. */
import { count, figure, flag, text } from './column.ts';

export const detections = {
  description:
    'One row a trial of detection: a cluster without clients, in which nodes vanish, stand still, or nothing happens. ' +
    'What nodes believe is what they note of themselves, the verdict that a node is dead or its taking back.',
  columns: [
    text('trial', 'Trial that was measured.'),
    text('engine', 'Engine under test.'),
    text('preset', "Preset of the engine's options."),
    text('topology', "What lies between the nodes, by name; the number of nodes and the loss are the trial's own."),
    count('nodes', 'count', 'Nodes of the cluster.'),
    figure('loss_share', 'share', 'Share of the messages between nodes that is lost.'),
    text('fault', 'What was done; none: nothing.'),
    figure(
      'fault_for_ms',
      'ms',
      'How long the fault was to stand; empty: to the end of observation, or in several steps.',
    ),
    count('seed', '', 'Seed of the trial.'),
    figure('phase_ms', 'ms', 'Random wait that put the fault at a random phase of the intervals between probes.'),
    figure('at_ms', 'ms', 'When the fault took effect, or observation began, from the start of the cluster.'),
    figure('observed_s', 's', 'How long was observed from then on.'),
    count(
      'suspected_at_start',
      'count',
      'Pairs of nodes of which one held the other dead as observation began; self-reported.',
    ),
    figure(
      'first_detection_ms',
      'ms',
      'Fault to the first moment at which a node that was up held one that was down dead, 0 if it had done so wrongly before; self-reported; empty: it did not come, or none was down.',
    ),
    figure(
      'dissemination_ms',
      'ms',
      'Fault to the first moment at which all nodes that are up held all that are down dead; self-reported; empty: no node was down.',
    ),
    flag('dissemination_censored', 'Whether that had not come when observation ended: a lower bound; empty: as above.'),
    count('survivors', 'count', 'Nodes that were up at the end while others were down; empty: none was down.'),
    count('unaware', 'count', 'Those of them that did not hold all that were down dead.'),
    count(
      'false_positives',
      'count',
      'Verdicts about nodes that were up and had never stood still or been down; self-reported.',
    ),
    count('false_by_healthy', 'count', 'Those of them by nodes to which nothing had happened either.'),
    count('false_blamers', 'count', 'Nodes to which nothing had happened that reached at least one of them.'),
    count('about_paused', 'count', 'Verdicts about nodes that stood still just then; self-reported.'),
    count('about_returned', 'count', 'Verdicts about nodes that were back from standing still or being down.'),
    figure(
      'settled_ms',
      'ms',
      'End of the last fault to the first moment at which no node that was up held another one dead; empty: no fault ended.',
    ),
    flag('settled_censored', 'Whether that had not come when observation ended: a lower bound; empty: as above.'),
    count('healthy', 'count', 'Nodes to which nothing happened: of them the rates below are means.'),
    figure('messages_per_node_s', '1/s', 'Messages that a node sends to others in a second of observation.'),
    figure('bytes_per_node_s', 'bytes/s', 'Estimated bytes of these messages.'),
    figure(
      'state_messages_per_node_s',
      '1/s',
      'Those of the messages that carry all that a node knows: push or pull is a word of their type.',
    ),
    figure('state_bytes_per_node_s', 'bytes/s', 'Estimated bytes of those.'),
    figure('simulated_s', 's', 'Virtual time of the whole trial.'),
    figure('wall_s', 's', 'Real time that simulating it took; no seed repeats this figure and the next one.'),
    figure('cpu_s', 's', 'Processor time of its one thread meanwhile; empty: the system does not tell.'),
    flag('valid', 'Whether the figures of this row may be used.'),
    text('void_reason', 'Why the row is void; empty when it is valid.'),
  ],
} as const;
