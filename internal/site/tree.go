package site

import "slices"

// section is a part of the menu.
type section struct {
	title string
	pages []entry
}

// entry is a page of the tree: of a file, or made of what the code says.
type entry struct {
	path string
	file string                            // Markdown, in the repository
	make func(root string) ([]byte, error) // returns Markdown; links by "page:" and a path
	name string                            // in the menu, where the title is too long

	hidden bool   // it stands in no menu: another page lists it
	app    string // the folder of look/ whose page.html is the body
}

// tree is the whole menu, in its order.
func tree(root string) ([]section, error) {
	all := written()
	for _, made := range []struct {
		section string
		pages   func(root string) ([]entry, error)
	}{
		{"Reference", declarationPages},
		{"Reference", func(string) ([]entry, error) {
			return []entry{
				{path: "reference/faults", name: "Messages", make: faultsPage},
				{path: "reference/api", name: "The page’s API", make: apiPage},
				{path: "reference/events", name: "Events", make: eventsPage},
			}, nil
		}},
		{"Catalogue", cataloguePages},
		{"Migrate", migratePages},
		{"Audit", rulePages},
	} {
		pages, err := made.pages(root)
		if err != nil {
			return nil, err
		}
		n := slices.IndexFunc(all, func(s section) bool { return s.title == made.section })
		all[n].pages = append(all[n].pages, pages...)
	}
	return all, nil
}

// written are the menu's sections, with the pages that are files.
func written() []section {
	return []section{
		{"", []entry{{path: "index", file: "README.md"}}},
		{"Start", []entry{
			{path: "start/html", file: "docs/start/html.md", name: "HTML"},
			{path: "start/npm", file: "docs/start/npm.md", name: "npm"},
			{path: "start/next", file: "docs/start/next.md", name: "Next.js"},
			{path: "start/wordpress", file: "docs/start/wordpress.md", name: "WordPress"},
			{path: "start/gtm", file: "docs/start/gtm.md", name: "Google Tag Manager"},
			{path: "start/go", file: "docs/start/go.md", name: "Go servers"},
		}},
		{"Try it", []entry{
			{path: "configurator/index", make: program("# Configurator\n\nWrite a declaration, see what visitors will see, and take the files: a page that sends nothing anywhere."), app: "configurator"},
			{path: "demo/index", make: program("# Live demo\n\nA shop, and beside it every request that its third parties get, with Octroi, with two other managers, and with nobody asking."), app: "demo"},
		}},
		{"Guides", []entry{
			{path: "guides/promises", file: "docs/guides/promises.md", name: "What it promises"},
			{path: "guides/declaration", file: "docs/declaration.md", name: "The declaration"},
			{path: "guides/markup", file: "docs/guides/markup.md", name: "Holding tags"},
			{path: "guides/embeds", file: "docs/guides/embeds.md", name: "Videos, maps, embeds"},
			{path: "guides/tab", file: "docs/guides/tab.md", name: "Changing a choice"},
			{path: "guides/withdrawal", file: "docs/guides/withdrawal.md", name: "Withdrawal"},
			{path: "guides/expiry", file: "docs/guides/expiry.md", name: "Asking again"},
			{path: "guides/build", file: "docs/guides/build.md", name: "What octroi build writes"},
			{path: "guides/drop-in", file: "docs/guides/drop-in.md", name: "Without a build"},
			{path: "guides/look", file: "docs/guides/look.md", name: "Looks"},
			{path: "guides/languages", file: "docs/guides/languages.md", name: "Several languages"},
			{path: "guides/subdomains", file: "docs/guides/subdomains.md", name: "Several hosts"},
			{path: "guides/own-interface", file: "docs/guides/own-interface.md", name: "An interface of your own"},
			{path: "guides/page-code", file: "docs/guides/page-code.md", name: "Your page’s code"},
			{path: "guides/hydration", file: "docs/guides/hydration.md", name: "Hydration"},
			{path: "guides/frames", file: "docs/guides/frames.md", name: "Frames and prerendering"},
			{path: "guides/enforce", file: "docs/guides/enforce.md", name: "The browser’s policy"},
			{path: "guides/strict", file: "docs/guides/strict.md", name: "Strict CSP"},
			{path: "guides/ad-blockers", file: "docs/guides/ad-blockers.md", name: "Ad blockers"},
			{path: "guides/apps", file: "docs/guides/apps.md", name: "Apps and webviews"},
			{path: "guides/inherit", file: "docs/guides/inherit.md", name: "Another manager’s tags"},
			{path: "guides/audit", file: "docs/guides/audit.md", name: "The audit"},
			{path: "guides/limits", file: "docs/limits.md", name: "What it cannot do"},
			{path: "guides/signals", file: "docs/signals.md", name: "Telling vendors"},
			{path: "guides/testing", file: "docs/testing.md", name: "Testing"},
			{path: "guides/wordpress", file: "docs/wordpress.md", name: "WordPress"},
		}},
		{"Server", []entry{
			{path: "server/index", file: "docs/guides/server-side.md", name: "Which part you need"},
			{path: "server/read", file: "docs/server.md", name: "Reading consent"},
			{path: "server/rewrite", file: "docs/rewrite.md", name: "Gating markup"},
			{path: "server/worker", file: "docs/worker.md", name: "The service worker"},
			{path: "server/proof", file: "docs/guides/proof.md", name: "Proof in five steps"},
			{path: "server/receipts", file: "docs/receipts.md", name: "Receipts"},
			{path: "server/serve", file: "docs/serve.md", name: "octroi serve"},
			{path: "server/caching", file: "docs/caching.md", name: "Caches"},
			{path: "server/scale", file: "docs/scale.md", name: "Scale"},
		}},
		{"Frameworks", []entry{
			{path: "frameworks/index", file: "docs/frameworks.md", name: "All frameworks"},
			{path: "frameworks/html", file: "docs/frameworks/html.md", name: "Plain HTML"},
			{path: "frameworks/react", file: "docs/frameworks/react.md", name: "React and Next"},
			{path: "frameworks/vue", file: "docs/frameworks/vue.md", name: "Vue"},
			{path: "frameworks/nuxt", file: "docs/frameworks/nuxt.md", name: "Nuxt"},
			{path: "frameworks/svelte", file: "docs/frameworks/svelte.md", name: "Svelte"},
			{path: "frameworks/solid", file: "docs/frameworks/solid.md", name: "Solid"},
			{path: "frameworks/angular", file: "docs/frameworks/angular.md", name: "Angular"},
			{path: "frameworks/astro", file: "docs/frameworks/astro.md", name: "Astro"},
			{path: "frameworks/vite", file: "docs/frameworks/vite.md", name: "Vite"},
			{path: "frameworks/webpack", file: "docs/frameworks/webpack.md", name: "webpack"},
		}},
		{"Migrate", []entry{
			{path: "migrate/index", file: "docs/migrate.md", name: "From another manager"},
		}},
		{"Reference", []entry{
			{path: "reference/cli", file: "docs/cli.md", name: "The command"},
			{path: "reference/record", file: "docs/record.md", name: "The record"},
			{path: "reference/protocol", file: "docs/protocol.md", name: "The protocol"},
			{path: "reference/glossary", file: "docs/glossary.md", name: "Glossary"},
			{path: "reference/versions", file: "docs/versions.md", name: "Versions"},
			{path: "reference/architecture", file: "docs/architecture.md", name: "Architecture"},
		}},
		{"Catalogue", nil},
		{"Audit", nil},
		{"Compare", []entry{
			{path: "compare/index", file: "docs/compare.md", name: "Side by side"},
			{path: "compare/bench", file: "docs/bench.md", name: "What it costs"},
			{path: "compare/size", file: "docs/size.md", name: "How large it is"},
		}},
		{"Law", []entry{
			{path: "law/index", file: "docs/law.md", name: "Which rules"},
			{path: "law/requirements", file: "docs/requirements.md", name: "Requirements"},
			{path: "law/accessibility", file: "docs/accessibility.md", name: "Accessibility"},
			{path: "law/security", file: "SECURITY.md", name: "Security"},
		}},
	}
}

// program is the Markdown of a page whose body is a program.
func program(text string) func(string) ([]byte, error) {
	return func(string) ([]byte, error) { return []byte(text + "\n"), nil }
}
