/** A recorder's history as the checks take it: straight from column to column, without a line or a text. */
import { ABSENT, APPEND, type History, isDocumentKey, keyName, OK, PRELOADED, PUT, UNKNOWN, valueText } from '../history.ts';
