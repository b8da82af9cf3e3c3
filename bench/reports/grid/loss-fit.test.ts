import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TableRow } from '../tables.ts';
import { lossFitSection, lossFits } from './loss-fit.ts';

/** A fault in which the old primary answered for so long, and so much was lost. */
function row(preset: string, unfenced_ms: number | undefined, acked_lost: number, i: number): TableRow<'failovers'> {
  const known = { ledger_per_s: 10, lag_ms: unfenced_ms === undefined ? undefined : 100 };
  return {
    trial: `${preset}-${i}`,
    at_ms: 1,
    engine: 'pair',
    preset,
    client_zone: 'a',
    unfenced_ms,
    acked_lost,
    ...known,
  };
}

const TWELVE = Array.from({ length: 12 }, (_, i) => i);
/** Rate 10, lag 0.1 s: one write, and ten more a second without a fence. */
const unfenced = TWELVE.map((i) => row('vrrp', i * 1000, 1 + 10 * i, i));
const fenced = TWELVE.map((i) => row('default', i * 1000, 0, i));

test('where a loss is rate × (lag + unfenced time), the line through the faults has slope 1 and explains all', () => {
  const [fit] = lossFits({ failovers: unfenced });
  assert.equal(fit!.label, 'pair:vrrp');
  assert.equal(fit!.lost, 12 + 10 * 66);
  assert.ok(Math.abs(fit!.fit!.slope - 1) < 1e-12 && Math.abs(fit!.fit!.intercept) < 1e-9);
  assert.equal(fit!.fit!.r2.toFixed(9), '1.000000000');
});

test('who lost nothing has no part in the line of all', () => {
  const half = TWELVE.map((i) => row('lease', i * 1000, 5 * i, i));
  const fits = lossFits({ failovers: [...unfenced, ...fenced, ...half] });
  assert.deepEqual(
    fits.map(({ label, lost, rows }) => [label, lost > 0, rows.length]),
    [
      ['pair', false, 12],
      ['pair:lease', true, 12],
      ['pair:vrrp', true, 12],
      ['all that lost', true, 24],
    ],
  );
});

test('faults after which nobody took over, and void ones, are no points', () => {
  const still = TWELVE.map((i) => row('vrrp', undefined, 500, 100 + i));
  const voided = TWELVE.map((i) => ({ ...row('vrrp', 1000, 500, 200 + i), valid: false }));
  const [fit] = lossFits({ failovers: [...unfenced, ...still, ...voided] });
  assert.equal(fit!.rows.length, 12);
  assert.equal(fit!.fit!.slope.toFixed(6), '1.000000');
});

test('of too few faults there is no line, and where nothing was lost there is no table', () => {
  const [few] = lossFits({ failovers: unfenced.slice(0, 9) });
  assert.equal(few!.fit, undefined);
  assert.deepEqual(lossFitSection({ failovers: fenced }), []);
  assert.deepEqual(lossFitSection({}), []);
});

test('the table prints slope, R² and n beside the terms', () => {
  const [section] = lossFitSection({ failovers: unfenced });
  const cells = Object.fromEntries(section!.columns.map(({ title }, i) => [title, section!.rows[0]![i]!.text]));
  assert.deepEqual(
    [cells.slope, cells['R²'], cells.n, cells.expected, cells.lost],
    ['1.00', '1.00', '12', '672', '672'],
  );
});
