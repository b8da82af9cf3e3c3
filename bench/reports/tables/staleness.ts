/** `staleness.csv`: whether reads see the write before them, by how long it is over. */
import { count, figure, text } from './column.ts';

export const staleness = {
  description:
    'One row a trial and bin of ages: of the reads that began so long after the latest acknowledged write of their key had ended, how many saw it.',
  columns: [
    text('trial', 'Trial that was measured.'),
    text('engine', 'Engine under test.'),
    text('preset', "Preset of the engine's options."),
    text('topology', 'Topology that the nodes stand in.'),
    count('seed', '', "Seed of the trial's random choices."),
    figure('from_ms', 'ms', "Lower bound of the bin, included: from the write's end to the read's start."),
    figure('to_ms', 'ms', 'Upper bound of the bin, excluded.'),
    count('reads', 'operations', 'Ok reads in the bin for which there was one right answer.'),
    count('consistent', 'operations', 'Those of them that returned what the write had written.'),
    figure('share', 'share', 'Consistent reads, of all reads in the bin.'),
    figure('share_low', 'share', 'Lower end of the 95 % interval of that share, after Wilson.'),
    figure('share_high', 'share', 'Upper end of that interval.'),
    figure(
      'model_share',
      'share',
      'The share that the model WARS expects of these reads; empty: none was asked for, or it says nothing of this engine, topology or runtime.',
    ),
  ],
} as const;
