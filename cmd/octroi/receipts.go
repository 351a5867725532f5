package main

// receiptsCommand is what an owner does with the receipts that visitors' choices have left.
type receiptsCommand struct {
	Show    receiptsShow    `cmd:"" help:"Print one receipt, and where it stands."`
	Export  receiptsExport  `cmd:"" help:"Print all receipts, as CSV or as lines of JSON."`
	Stats   receiptsStats   `cmd:"" help:"Count what was chosen, by category, language and layout."`
	Verify  receiptsVerify  `cmd:"" help:"Find out whether anything was changed, removed or put in."`
	Replay  receiptsReplay  `cmd:"" help:"Have the engine make a receipt's choice again, and compare."`
	Archive receiptsArchive `cmd:"" help:"Keep declarations, so that receipts of them are taken."`
	Erase   receiptsErase   `cmd:"" help:"Forget receipts; their places in the chain stay."`
	Prune   receiptsPrune   `cmd:"" help:"Forget old receipts."`
	Heads   receiptsHeads   `cmd:"" help:"Print the signed heads, to be kept elsewhere."`
	Key     receiptsKey     `cmd:"" help:"Make the key that heads are signed with."`
}

// Help is what --help says besides.
func (*receiptsCommand) Help() string {
	return `They end with 1 where there is no such receipt, where something was tampered with or a replay differs, and with 2 where the store cannot be used.`
}

// storeOption is which store it is about.
type storeOption struct {
	Store string `env:"OCTROI_STORE" default:"receipts.db" placeholder:"FILE|URL" help:"Where the receipts are: a file of SQLite's, or a PostgreSQL, as postgres://… (${default})."`
}

// periodOption is of which days receipts are wanted.
type periodOption struct {
	From string `placeholder:"DAY" help:"Only choices of this day, as 2026-11-27 (UTC), or later."`
	To   string `placeholder:"DAY" help:"Only choices of days before this one."`
}

type receiptsShow struct {
	ID string `arg:"" help:"The receipt's id."`
	storeOption
	JSON bool `name:"json" help:"Print it as JSON."`
}

func (c *receiptsShow) Run(s streams) error { return c.run(s) }

type receiptsExport struct {
	storeOption
	periodOption
	Format string `enum:"csv,jsonl" default:"jsonl" help:"csv, or jsonl: one line of JSON for each (${default})."`
	Out    string `short:"o" placeholder:"FILE" help:"Write them into this file, whole or not at all; to standard output unless given."`
}

func (c *receiptsExport) Run(s streams) error { return c.run(s) }

type receiptsStats struct {
	storeOption
	periodOption
	JSON bool `name:"json" help:"Print them as JSON; -1 is a count that is withheld."`
}

// Help is what --help says besides.
func (*receiptsStats) Help() string {
	return `It counts receipts, and so choices: whoever has chosen twice counts twice. A count from 1 to 9 is withheld, and others with it from which it could be worked out.`
}

func (c *receiptsStats) Run(s streams) error { return c.run(s) }

type receiptsVerify struct {
	storeOption
	Key  []string `placeholder:"FILE" help:"The keys whose signatures count: public ones, or the private key itself. Without one, signatures are not looked at."`
	Kept string   `placeholder:"FILE" help:"Heads that were kept elsewhere, as octroi receipts heads prints them: the store has to have them still."`
	JSON bool     `name:"json" help:"Print the report as JSON."`
}

// Help is what --help says besides.
func (*receiptsVerify) Help() string {
	return `It finds what was changed, removed, put in or put in another order by somebody who can write the database. Whoever can also sign, or can remove all heads where none are kept elsewhere, can write everything anew. The latest receipts, which no head vouches for yet, can be cut off unnoticed: those of one day.`
}

func (c *receiptsVerify) Run(s streams) error { return c.run(s) }

type receiptsReplay struct {
	ID string `arg:"" help:"The receipt's id."`
	storeOption
	JSON bool `name:"json" help:"Print it as JSON."`
}

// Help is what --help says besides.
func (*receiptsReplay) Help() string {
	return `It takes the declaration from the archive, has the engine of this program make the choice in the receipt's minute, and prints what was granted beside what the receipt says. It ends with 1 where they differ.`
}

func (c *receiptsReplay) Run(s streams) error { return c.run(s) }

type receiptsArchive struct {
	Files []string `arg:"" name:"file" help:"Declarations: those of octroi build, or declaration.json, which it makes; - for standard input."`
	storeOption
}

// Help is what --help says besides.
func (*receiptsArchive) Help() string {
	return `A receipt names its declaration by a hash, and is taken only where that declaration is in the archive: keep each before its pages go out. octroi serve keeps its own.`
}

func (c *receiptsArchive) Run(s streams) error { return c.run(s) }

type receiptsErase struct {
	IDs []string `arg:"" name:"id" help:"The receipts' ids."`
	storeOption
}

func (c *receiptsErase) Run(s streams) error { return c.run(s) }

type receiptsPrune struct {
	OlderThan string `required:"" placeholder:"SPAN" help:"Those received so long ago, as \"3 years\" or \"18 months\"."`
	Force     bool   `help:"Also where that is less than 13 months: choices may still hold whose proof goes."`
	storeOption
}

func (c *receiptsPrune) Run(s streams) error { return c.run(s) }

type receiptsHeads struct {
	storeOption
	Sign string `placeholder:"FILE" help:"Sign what is due first, with the private key in this file."`
}

// Help is what --help says besides.
func (*receiptsHeads) Help() string {
	return `Each is one line of JSON. Keep them where whoever can write the database cannot write, and give them to octroi receipts verify --kept.`
}

func (c *receiptsHeads) Run(s streams) error { return c.run(s) }

type receiptsKey struct {
	File string `arg:"" help:"The private key's file, which this user alone can read; the public key goes beside it, with .pub at its end."`
}

func (c *receiptsKey) Run(s streams) error { return c.run(s) }
