/** What becomes of edits in words: a table a question and topology, in it a block a fault, a line a preset. */
import { countRange, countText, durationSecondsText } from '../numbers.ts';
import { type Cell, cell, type Section, type SectionColumn } from '../scorecard/section.ts';
import type { ConflictsCell, ConflictsFault, ConflictsPlace, Tally } from './conflicts.ts';

export const conflictsSections = (places: readonly ConflictsPlace[]): Section[] => places.flatMap(sectionsOf);

/** Of whole hundreds, but what is not all is not called all, nor what is not nothing nothing. */
export function ofHundred(part: number, whole: number): string {
  if (whole === 0) return '·';
  const share = part / whole;
  if (share > 0.99 && share < 1) return '>99';
  if (share > 0 && share < 0.005) return '<1';
  return `${Math.round(share * 100)}`;
}

/** `zone cut off 60 s`. */
export const faultWords = ({ words, forMs }: ConflictsFault): string =>
  forMs === undefined ? words : `${words} ${forMs / 1000} s`;

const right = (title: string): SectionColumn => ({ title, align: 'right', rank: 0 });
const ENGINE: SectionColumn = { title: 'engine', align: 'left', rank: 0 };

/** What is asked of each preset, fault and number of documents. */
interface Question {
  readonly title: string;
  readonly note: string;
  readonly show: (one: ConflictsCell) => Cell;
  /** Lines of which this is 0 throughout are left out; left out itself: none is. */
  readonly counts?: (one: ConflictsCell) => number;
}

const FATES: Question = {
  title: 'Of a hundred edits',
  note: 'survive / are kept only as a losing version / are lost, all acknowledged; the rest was not acknowledged; of those offered while the fault stands',
  show: ({ judged }) =>
    hundreds(judged, [judged.surviving, judged.stored, judged.lost], judged.lost > 0 ? 'bad' : undefined),
};

const MORE: readonly Question[] = [
  {
    title: 'Of a hundred edits: not acknowledged',
    note: 'refused as a conflict / refused for another reason / unknown: no answer, or one that leaves it open',
    show: ({ judged }) => hundreds(judged, refused(judged)),
    counts: ({ judged }) => sumOf(refused(judged)),
  },
  {
    title: 'Of a hundred edits: not what their clients were told',
    note: 'in the winner though unknown / though refused / more than once',
    show: ({ judged }) =>
      hundreds(judged, untold(judged), judged.refusedSurviving + judged.doubled > 0 ? 'bad' : undefined),
    counts: ({ judged }) => sumOf(untold(judged)),
  },
  {
    title: 'Conflicts that stay',
    note: 'losing versions / documents that have some, in the end, a trial in the mean',
    show: ({ losingVersions, inConflict }) =>
      losingVersions === 0 ? cell('0') : cell(`${meanText(losingVersions)} / ${meanText(inConflict)}`, 'bad'),
    counts: ({ losingVersions }) => losingVersions,
  },
  {
    title: 'Documents that nodes show differently, or not at all',
    note: 'differently / not at all, in the end, a trial in the mean',
    show: ({ differing, unread }) =>
      cell(`${meanText(differing)} / ${meanText(unread)}`, differing + unread > 0 ? 'bad' : undefined),
    counts: ({ differing, unread }) => differing + unread,
  },
  {
    title: 'An older branch beats a newer one',
    note: 'of a hundred acknowledged edits, those in no winner although they began after its newest edit had ended',
    show: ({ judged: { beatenByOlder, committed, accepted } }) =>
      cell(ofHundred(beatenByOlder, committed + accepted), beatenByOlder > 0 ? 'bad' : undefined),
    counts: ({ judged }) => judged.beatenByOlder,
  },
  {
    title: 'Until the winners are equal',
    note: 's from the heal, or from the last edit where there is no fault, until all holders show the same; medians; never: not in half of the trials',
    show: ({ converged }) => {
      if (converged === undefined) return cell(undefined);
      return converged.median.censored ? cell('never', 'bad') : cell(durationSecondsText(converged.median));
    },
  },
];

function sectionsOf(place: ConflictsPlace): Section[] {
  const { cells, deletes, refusals, offeredPerS } = place;
  const sections: Section[] = [];
  if (cells.length > 0) {
    const fates = answersTo(FATES, place);
    const n = countRange(cells.map((one) => one.n));
    const footnotes = refusals.map(({ label, reason }) => `${label} cannot run: ${reason}`);
    sections.push({
      ...fates,
      note: `${fates.note}; ${countRange(offeredPerS)} a second are offered; n = ${n} trials each`,
      footnotes: [...clientsText(place), ...footnotes],
    });
  }
  if (cells.some(({ hit }) => hit !== undefined)) sections.push(sidesSection(place));
  sections.push(...MORE.map((question) => answersTo(question, place)).filter(({ rows }) => rows.length > 0));
  if (deletes.length > 0) sections.push(deletesSection(place));
  return sections;
}

/** Who was asked by which clients, if not all by the same. */
function clientsText({ clients, names }: ConflictsPlace): string[] {
  const policies = [...new Set(clients.values())];
  if (policies.length < 2) return [];
  const askedBy = (policy: string): string =>
    [...clients].flatMap(([label, mine]) => (mine === policy ? [names.get(label)!] : [])).join(', ');
  return [`Clients: ${policies.map((policy) => `${policy} of ${askedBy(policy)}`).join('; ')}.`];
}

/** Two digits, and no more zeros than a count has. */
const meanText = (value: number): string =>
  value >= 10 ? countText(Math.round(value)) : String(Number(value.toPrecision(2)));

function answersTo({ title, note, show, counts }: Question, place: ConflictsPlace): Section {
  const { topology, documents, faults, cells } = place;
  const isTold = (mine: readonly ConflictsCell[]): boolean =>
    counts === undefined || mine.some((one) => counts(one) > 0);
  return {
    title: `${title}, on ${topology}`,
    note: `${note}; by documents that share the edits${counts === undefined ? '' : '; lines of nothing but 0 are left out'}`,
    columns: [ENGINE, ...documents.map((count) => right(countText(count)))],
    rows: blocks(place, faults, cells, documents.length, (mine) =>
      isTold(mine)
        ? documents.map((count) => {
            const found = mine.find((one) => one.documents === count);
            return found === undefined ? cell(undefined) : show(found);
          })
        : undefined,
    ),
    footnotes: [],
  };
}

/** A dim line for each fault, and below it a line for each preset that has cells, and of which there is something to show. */
function blocks(
  { labels, names }: ConflictsPlace,
  faults: readonly ConflictsFault[],
  cells: readonly ConflictsCell[],
  width: number,
  show: (cells: readonly ConflictsCell[]) => Cell[] | undefined,
): Cell[][] {
  return faults.flatMap((fault) => {
    const lines = labels.flatMap((label) => {
      const mine = cells.filter((one) => one.fault === fault.key && one.label === label);
      const shown = mine.length === 0 ? undefined : show(mine);
      return shown === undefined ? [] : [[cell(`  ${names.get(label)}`), ...shown]];
    });
    if (lines.length === 0) return [];
    return [[cell(faultWords(fault), 'dim'), ...Array.from({ length: width }, (): Cell => ({ text: '' }))], ...lines];
  });
}

const hundreds = ({ edits }: Tally, parts: readonly number[], tone?: Cell['tone']): Cell =>
  cell(parts.map((part) => ofHundred(part, edits)).join('/'), tone);

const refused = ({ refusedConflict, refusedOther, unknown }: Tally): number[] => [
  refusedConflict,
  refusedOther,
  unknown,
];
const untold = ({ unknownSurviving, refusedSurviving, doubled }: Tally): number[] => [
  unknownSurviving,
  refusedSurviving,
  doubled,
];
const sumOf = (parts: readonly number[]): number => parts.reduce((sum, part) => sum + part, 0);

const TALLIES = ['edits', 'committed', 'accepted', 'within', 'surviving'] as const;
type Side = Pick<Tally, (typeof TALLIES)[number]>;

/** Of all numbers of documents together. */
function together(tallies: readonly (Tally | undefined)[]): Side {
  const total = (name: keyof Tally): number => tallies.reduce((sum, one) => sum + (one?.[name] ?? 0), 0);
  return Object.fromEntries(TALLIES.map((name) => [name, total(name)])) as unknown as Side;
}

function sidesSection(place: ConflictsPlace): Section {
  const { topology, faults, cells } = place;
  const columns = ['committed', 'accepted', 'in time', 'survive'];
  return {
    title: `Who says yes on either side of a fault, on ${topology}`,
    note: 'of a hundred edits offered while it stands, over all numbers of documents: in the zones that survive / in the zone that is hit',
    columns: [ENGINE, ...columns.map(right)],
    rows: blocks(
      place,
      faults.filter(({ key }) => cells.some((one) => one.fault === key && one.hit !== undefined)),
      cells,
      columns.length,
      (mine) => {
        const sides = [together(mine.map(({ others }) => others)), together(mine.map(({ hit }) => hit))];
        const pair = (of: (side: Side) => number): Cell =>
          cell(sides.map((side) => ofHundred(of(side), side.edits)).join(' / '));
        return [
          pair((side) => side.committed),
          pair((side) => side.accepted),
          pair((side) => side.within),
          pair((side) => side.surviving),
        ];
      },
    ),
    footnotes: ['in time: the client knew before the fault was healed.'],
  };
}

function deletesSection({ topology, faults, deletes, labels, names }: ConflictsPlace): Section {
  const shown = faults.filter(({ key }) => deletes.some(({ fault }) => fault === key));
  return {
    title: `An edit beats a delete, on ${topology}`,
    note: 'of the acknowledged deletes, those after which something that had been acknowledged before is in the document at the end; of those offered while the fault stands',
    columns: [ENGINE, ...shown.map((fault) => right(faultWords(fault)))],
    rows: labels
      .filter((label) => deletes.some((one) => one.label === label))
      .map((label) => [
        cell(names.get(label)),
        ...shown.map(({ key }) => {
          const mine = deletes.filter((one) => one.label === label && one.fault === key);
          if (mine.length === 0) return cell(undefined);
          const of = (name: 'deletesOverruled' | 'deletesJudged'): number =>
            mine.reduce((sum, { judged }) => sum + judged[name], 0);
          const overruled = of('deletesOverruled');
          return cell(
            `${countText(overruled)} of ${countText(of('deletesJudged'))}`,
            overruled > 0 ? 'bad' : undefined,
          );
        }),
      ]),
    footnotes: [],
  };
}

/** How the tables are to be read: whole sentences. */
export function conflictsWords(places: readonly ConflictsPlace[]): string[] {
  if (places.length === 0) return [];
  return [
    'Of a hundred edits: of those of all trials together.',
    'survive: in what every node shows to a plain reader after the heal. lost: acknowledged, and at no node in any way.',
    'committed: with as many copies as the engine promises; accepted: with fewer, as it says itself.',
  ];
}
