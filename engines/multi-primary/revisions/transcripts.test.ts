/** Typical conversations about revisions, recorded; see ../README.md. */
import { runTranscripts } from '../../../bench/kit/transcripts/run-transcripts.ts';
import { sourceFolder } from '../../../bench/paths.ts';
import engine from '../index.ts';

runTranscripts(engine, sourceFolder('engines/multi-primary/revisions/transcripts'));
