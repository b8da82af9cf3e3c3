/** From a trial of detection to its row of `detections.csv`. */
import { standsMs } from '../faults/fault-plan.ts';
import type { DetectionFigures } from '../measures/detection.ts';
import { messageRates } from '../measures/message-rates.ts';
import type { TableRow } from '../reports/tables.ts';
import type { Observed } from './detection-trial.ts';
import type { DetectionSpec, TrialSpec } from './spec.ts';

export function detectionRow(
  spec: TrialSpec,
  { plan, lossShare }: DetectionSpec,
  { phaseMs, fromMs, untilMs, before, after, sampledMs, wallMs, cpuMs }: Observed,
  figures: DetectionFigures,
  voidReason: string | undefined,
): TableRow<'detections'> {
  const observedMs = untilMs - fromMs;
  const { healthy, dissemination, settled } = figures;
  const rates = healthy.length === 0 ? undefined : messageRates(before, after, healthy, sampledMs / 1000);
  return {
    trial: spec.trial,
    engine: spec.engine.name,
    preset: spec.engine.preset,
    topology: spec.topology,
    nodes: spec.members.length,
    loss_share: lossShare,
    fault: plan?.name ?? 'none',
    fault_for_ms: plan && standsMs(plan),
    seed: spec.seed,
    phase_ms: phaseMs,
    at_ms: fromMs,
    observed_s: observedMs / 1000,
    suspected_at_start: figures.suspectedAtStart,
    first_detection_ms: figures.firstDetectionMs,
    dissemination_ms: dissemination?.ms,
    dissemination_censored: dissemination?.censored,
    survivors: figures.survivors,
    unaware: figures.unaware,
    false_positives: figures.falsePositives,
    false_by_healthy: figures.falseByHealthy,
    false_blamers: figures.falseBlamers,
    about_paused: figures.aboutPaused,
    about_returned: figures.aboutReturned,
    settled_ms: settled?.ms,
    settled_censored: settled?.censored,
    healthy: healthy.length,
    messages_per_node_s: rates?.messagesPerNodeS,
    bytes_per_node_s: rates?.bytesPerNodeS,
    state_messages_per_node_s: rates?.stateMessagesPerNodeS,
    state_bytes_per_node_s: rates?.stateBytesPerNodeS,
    simulated_s: untilMs / 1000,
    wall_s: wallMs / 1000,
    cpu_s: cpuMs === undefined ? undefined : cpuMs / 1000,
    valid: voidReason === undefined,
    void_reason: voidReason,
  };
}
