/** What a primary is asked, by a client of its own or by one that another node hands on. */
import type { NodeId, Request } from '../api.ts';

export interface Asked extends Pick<Request, 'id' | 'operation' | 'session' | 'serial' | 'settled'> {
  /** The node whose client it is; left out: this one's own. */
  readonly by?: NodeId;
}
