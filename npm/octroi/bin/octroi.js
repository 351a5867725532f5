#!/usr/bin/env node
/* oxlint-disable no-var, import/no-unassigned-import */
// An old Node reads this file as well: its syntax is that of 2009 until the version is known.
'use strict';

var version = process.versions.node;
if (parseInt(version, 10) < 20) {
  console.error('octroi: Node ' + version + ' is too old: install Node 20 or later (https://nodejs.org)');
  process.exit(2);
} else {
  require('./node.js');
}
