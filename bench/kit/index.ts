/** What an engine's author imports in tests, as `replibench/kit`. */
export { FakeHost, type FakeHostOptions } from './fake-host.ts';
export { type Change, plant, plantedModule } from './plant.ts';
export { type BrokenPromise, brokenPromises, type TestEngineOptions, testEngine } from './test-engine.ts';
export { runTranscripts } from './transcripts/run-transcripts.ts';
