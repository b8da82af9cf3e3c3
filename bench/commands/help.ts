/** The help of the whole command line. Each command has its own. */
export function generalHelp(): string {
  return `replibench: puts replication engines through the same throughput, latency and failover benchmarks

Usage: npm run bench -- [COMMAND] [FLAGS]

  run         runs a suite, shows a scorecard, writes a folder of results (the default command)
  list        lists engines, presets, suites, workloads, faults, topologies or clients
  check       judges a recorded history of any system: is it linearizable, and what weaker promises does it keep
  fuzz        runs many seeds of random faults in simulation; one that breaks a promise is shrunk and explained
  replay      runs one seed again, and draws its space-time diagram
  calibrate   fits the simulation to threads, and says how far the two disagree on the same trials
  report      draws charts and page again from a run's CSV files

"npm run bench -- COMMAND --help" explains a command.
Exit codes: 0 done, 1 a check failed or a promise broke, 2 bad input, 3 a trial could not be measured or decided,
130 interrupted.
`;
}
