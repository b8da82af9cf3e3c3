/** A simulation as the scene on which the steps of a fault plan are carried out. */
import type { NodeId } from '../../engines/api.ts';
import { Execution } from '../faults/execution.ts';
import type { Step } from '../faults/steps.ts';
import type { Random } from '../random.ts';
import { FaultSwitch } from '../runtimes/simulation/fault-switch.ts';
import type { Simulation } from '../runtimes/simulation/simulation.ts';

/** Starts to carry out the steps; `leader` tells who answered the latest ok write. */
export function stage(
  simulation: Simulation,
  steps: readonly Step[],
  leader: () => NodeId | undefined,
  random: Random,
): Execution {
  const { members, clientZones, events } = simulation;
  const faultSwitch = new FaultSwitch(simulation);
  const execution = new Execution(
    steps,
    {
      members,
      clientZones,
      leader,
      nowMs: () => simulation.nowMs,
      after: (delayMs, action) => events.after(Math.round(delayMs * 1000), action),
      inject: (faults) => {
        for (const fault of faults) faultSwitch.inject(fault);
      },
      heal: (faults) => {
        for (const fault of faults) faultSwitch.heal(fault);
      },
      command: (node, command) => {
        simulation.command(node, command);
      },
    },
    random,
  );
  simulation.onObservation = (observation) => {
    if (execution.watches.has(observation.kind)) execution.observe(observation);
  };
  execution.start();
  return execution;
}
