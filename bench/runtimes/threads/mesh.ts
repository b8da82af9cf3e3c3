/** The channels of a new cluster: one between any two nodes, and one between each node and the load generator. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';

export interface Mesh {
  /** By node: its ports to the others by place, and to the load generator behind them. */
  readonly ports: (MessagePort | undefined)[][];
  /** The load generator's, by node. */
  readonly generatorPorts: MessagePort[];
}

export function fullMesh(nodes: number, withGenerator: boolean): Mesh {
  const ports = Array.from({ length: nodes }, (): (MessagePort | undefined)[] => []);
  const generatorPorts: MessagePort[] = [];
  for (let a = 0; a < nodes; a++) {
    for (let b = a + 1; b < nodes; b++) {
      const { port1, port2 } = new MessageChannel();
      ports[a]![b] = port1;
      ports[b]![a] = port2;
    }
    if (!withGenerator) continue;
    const { port1, port2 } = new MessageChannel();
    ports[a]![nodes] = port1;
    generatorPorts.push(port2);
  }
  return { ports, generatorPorts };
}
