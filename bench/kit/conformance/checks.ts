/** All checks, in the order in which their failures are best read: the first broken one often explains the others. */
import { answers } from './answers.ts';
import { boundedWork } from './bounded-work.ts';
import type { Check } from './check.ts';
import { claimsUnderFaults } from './claims-under-faults.ts';
import { convergence } from './convergence.ts';
import { definiteFailures } from './definite-failures.ts';
import { definition } from './definition.ts';
import { determinism } from './determinism.ts';
import { idle } from './idle.ts';
import { lostDisks } from './lost-disks.ts';
import { lostNodes } from './lost-nodes.ts';
import { plainData } from './plain-data.ts';
import { powerLoss } from './power-loss.ts';
import { recovery } from './recovery.ts';

export const CHECKS: readonly Check[] = [
  definition,
  determinism,
  plainData,
  answers,
  boundedWork,
  idle,
  recovery,
  powerLoss,
  lostNodes,
  lostDisks,
  definiteFailures,
  convergence,
  claimsUnderFaults,
];
