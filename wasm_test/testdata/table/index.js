/* Asks the table what a page would: the answers as a text of "1" for open and "0" for held. */
import { isOpenName, judgeAddress, servicesIn } from '../../../web/core/table.js';

const usual = { 'https:': '443', 'wss:': '443', 'http:': '80', 'ws:': '80' };
const ask = {
  address: (table, text) => {
    const { hostname, port, protocol, pathname, search } = new URL(text);
    return judgeAddress(table, hostname.replace(/\.$/, ''), port || usual[protocol], pathname + search)[1];
  },
  name: (table, text) => isOpenName(table, Number(text[0]), text.slice(1)),
  inline: (table, text) => !servicesIn(table, text),
};
window.askTable = (table, questions) => questions.map(([kind, text]) => Number(ask[kind](table, text))).join('');
