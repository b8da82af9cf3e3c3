/** `conflicts.csv`: what became of edits to shared documents, in all and while a fault stood, on either side of it. */
import { count, figure, flag, text } from './column.ts';

const FATES = 'empty: documents were deleted too, so that what is gone may be gone rightly.';

export const conflicts = {
  description:
    'One row a trial of edits to shared documents, a stretch of it and a side of its fault: what clients were told of their edits, ' +
    'and what every node showed of them after the heal. An edit appends a unique element to a document.',
  columns: [
    text('trial', 'Trial that was measured.'),
    text('engine', 'Engine under test.'),
    text('preset', "Preset of the engine's options."),
    text('topology', 'Topology that the nodes stand in.'),
    text('client_policy', 'How clients find nodes, wait and give up.'),
    count('documents', 'count', 'Documents that share the edits: the fewer, the more edits meet.'),
    figure('delete_share', 'share', 'Share of the operations that delete a document.'),
    figure('offered_per_s', '1/s', 'Operations that clients of all zones together begin in a second.'),
    text('fault', 'What was done; none: nothing.'),
    figure('fault_for_ms', 'ms', 'How long the fault stood by its plan; empty: to the end of the load.'),
    count('seed', '', "Seed of the trial's random choices."),
    text('stretch', 'Which edits, by intended start. all: of the whole trial; fault: while the fault stood.'),
    text(
      'side',
      'Of which clients. all: everybody; hit: in the zone that the fault hit; others: in the zones that survive.',
    ),
    figure('observed_s', 's', 'Length of the stretch.'),
    count('edits', 'operations', 'Edits that were to begin then.'),
    count('committed', 'operations', 'Those acknowledged with as many copies as the engine promises.'),
    count('accepted', 'operations', 'Those acknowledged with fewer copies.'),
    count('refused_conflict', 'operations', 'Those refused for certain because of a conflict.'),
    count('refused_other', 'operations', 'Those refused for certain for another reason, or never sent.'),
    count(
      'unknown',
      'operations',
      'Those that ended without an answer, or with one that leaves open whether they were carried out.',
    ),
    count(
      'acknowledged_within',
      'operations',
      'Of those acknowledged, the ones whose client knew before the stretch was over.',
    ),
    count('committed_surviving', 'operations', `Committed edits in the winner at every node; ${FATES}`),
    count('committed_stored', 'operations', `Committed edits kept only elsewhere, as in a losing version; ${FATES}`),
    count('committed_lost', 'operations', `Committed edits that no node had in any way; ${FATES}`),
    count('committed_unread', 'operations', `Committed edits not found where not every node answered; ${FATES}`),
    count('accepted_surviving', 'operations', `Accepted edits in the winner at every node; ${FATES}`),
    count('accepted_stored', 'operations', `Accepted edits kept only elsewhere; ${FATES}`),
    count('accepted_lost', 'operations', `Accepted edits that no node had; ${FATES}`),
    count('accepted_unread', 'operations', `Accepted edits not found where not every node answered; ${FATES}`),
    figure('surviving_per_s', '1/s', `Acknowledged edits in the winner, a second of the stretch; ${FATES}`),
    figure('surviving_share', 'share', `Acknowledged edits in the winner, of all offered; ${FATES}`),
    count('unknown_surviving', 'operations', `Edits that ended unknown, and are in the winner; ${FATES}`),
    count('refused_surviving', 'operations', `Edits in the winner although they were refused for certain; ${FATES}`),
    count('doubled', 'operations', `Edits whose element stands more than once in the winner; ${FATES}`),
    count(
      'beaten_by_older',
      'operations',
      `Acknowledged edits in no winner although they began after the newest edit of all winners had ended; ${FATES}`,
    ),
    count('deletes', 'operations', 'Deletes that were to begin then.'),
    count('deletes_acknowledged', 'operations', 'Those acknowledged.'),
    count(
      'deletes_overruled',
      'operations',
      'Those acknowledged after which an edit acknowledged before they began is in the winner at the end.',
    ),
    count('deletes_unread', 'operations', 'Those acknowledged of documents of which no node showed a winner.'),
    count(
      'documents_used',
      'count',
      'Documents that were edited or deleted; here and below: only where all is stretch and side.',
    ),
    count('documents_unread', 'count', 'Those of which no node showed a winner.'),
    count('documents_differing', 'count', 'Those of which nodes showed different winners.'),
    count('losing_versions', 'count', 'Losing versions kept beside the winners, as the node with most of them shows.'),
    count('documents_in_conflict', 'count', 'Documents that have some.'),
    figure(
      'converged_ms',
      'ms',
      'Heal, or the end of the load, to the first moment at which each document had had one winner at all its holders; empty: some never had.',
    ),
    figure('unconverged_share', 'share', 'Of the keys that there were then, the share that never had.'),
    flag('valid', 'Whether the figures of this row may be used.'),
    text('void_reason', 'Why the row is void; empty when it is valid.'),
  ],
} as const;
