/**
 * What faults make of messages on links: one rule a fault and direction, and from the rules of a link what becomes of a
 * message. The receiving host applies them, before it hands anything in.
 */
import type { Fault, LinkFault } from '../../faults/vocabulary.ts';
import type { Random } from '../../random.ts';
import type { Ends } from './ends.ts';

export interface LinkRule {
  readonly kind: 'cut' | 'hold' | 'drop' | 'duplicate' | 'delay' | 'reorder';
  readonly from: number;
  readonly to: number;
  /** Only messages of this type of the engine's own. Requests and answers of clients have none. */
  readonly type?: string;
  readonly share?: number;
  readonly delayMs?: number;
}

const LINK_FAULTS: { readonly [Kind in LinkFault['kind']]: true } = {
  cut: true,
  delay: true,
  drop: true,
  duplicate: true,
  reorder: true,
  hold: true,
  'cut-zone': true,
};

export const isLinkFault = (fault: Fault): fault is LinkFault => Object.hasOwn(LINK_FAULTS, fault.kind);

/** Throws if the fault names an end that is not there. */
export function rulesOf(fault: LinkFault, ends: Ends): LinkRule[] {
  if (fault.kind === 'cut-zone') {
    const { inside, outside } = ends.sidesOf(fault.zone, fault.clients ?? 'inside');
    return inside.flatMap((from) => outside.flatMap((to) => bothWays({ kind: 'cut', from, to })));
  }
  const { from: some, to: others, oneWay, ...what } = fault;
  return ends.of(some).flatMap((from) =>
    ends.of(others).flatMap((to) => {
      const rule: LinkRule = { ...what, from, to };
      return oneWay === true ? [rule] : bothWays(rule);
    }),
  );
}

const bothWays = (rule: LinkRule): LinkRule[] => [rule, { ...rule, from: rule.to, to: rule.from }];

/** How late a copy of a message is that is kept back until the rules change. */
export const HELD = Number.POSITIVE_INFINITY;

const concerns = ({ type }: LinkRule, item: unknown): boolean =>
  type === undefined || (item as { readonly type?: unknown }).type === type;

/**
 * What becomes of one message under the rules of its link: by how many microseconds each copy of it is late. None is left
 * of a lost one. Shares are drawn, one draw a rule and copy, so that faults on one link add up.
 */
export function copiesUs(rules: readonly LinkRule[], item: unknown, random: Random): number[] {
  let copies = 1;
  for (const rule of rules) {
    if (!concerns(rule, item)) continue;
    if (rule.kind === 'cut') return [];
    if (rule.kind === 'drop' && random.next() < rule.share!) return [];
    if (rule.kind === 'duplicate' && random.next() < rule.share!) copies++;
  }
  return Array.from({ length: copies }, () => latenessUs(rules, item, random));
}

function latenessUs(rules: readonly LinkRule[], item: unknown, random: Random): number {
  let lateUs = 0;
  for (const rule of rules) {
    if (!concerns(rule, item)) continue;
    if (rule.kind === 'hold') return HELD;
    // Timers of real threads know whole milliseconds only.
    if (rule.kind === 'delay') lateUs += Math.round(rule.delayMs!) * 1000;
    if (rule.kind === 'reorder' && random.next() < rule.share!)
      lateUs += Math.ceil(random.next() * rule.delayMs! * 1000);
  }
  return lateUs;
}

export const isCut = (rules: readonly LinkRule[]): boolean => rules.some(({ kind }) => kind === 'cut');
export const isHeld = (rules: readonly LinkRule[], item: unknown): boolean =>
  rules.some((rule) => rule.kind === 'hold' && concerns(rule, item));
