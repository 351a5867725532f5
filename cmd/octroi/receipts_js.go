package main

import "errors"

// errReceipts is why there is nothing of receipts under Node.
var errReceipts = errors.New("receipts are in a database, which takes the native program: with Go, go install github.com/octroi-consent/octroi/cmd/octroi@latest")

func (*receiptsShow) run(streams) error    { return unable{errReceipts} }
func (*receiptsExport) run(streams) error  { return unable{errReceipts} }
func (*receiptsStats) run(streams) error   { return unable{errReceipts} }
func (*receiptsVerify) run(streams) error  { return unable{errReceipts} }
func (*receiptsReplay) run(streams) error  { return unable{errReceipts} }
func (*receiptsArchive) run(streams) error { return unable{errReceipts} }
func (*receiptsErase) run(streams) error   { return unable{errReceipts} }
func (*receiptsPrune) run(streams) error   { return unable{errReceipts} }
func (*receiptsHeads) run(streams) error   { return unable{errReceipts} }
func (*receiptsKey) run(streams) error     { return unable{errReceipts} }
