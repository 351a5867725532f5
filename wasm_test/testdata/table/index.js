/* Asks the table what a page would: the answers as a text of "1" for open and "0" for held. */
import { hasHeldPart, holdsHost, isOpenName } from '../../../web/core/table.js';

const hostOf = (address) => {
  const { hostname } = new URL(address);
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
};
const ask = {
  address: (table, text) => 1 - holdsHost(table, hostOf(text)), // -1: it depends
  name: (table, text) => isOpenName(table, Number(text[0]), text.slice(1)),
  inline: (table, text) => !hasHeldPart(table, text),
};
window.askTable = (table, questions) => questions.map(([kind, text]) => '?01'[Number(ask[kind](table, text)) + 1]).join('');
