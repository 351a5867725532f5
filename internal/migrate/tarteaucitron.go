package migrate

import (
	_ "embed"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/octroi-consent/octroi/internal/literal"
)

// tarteaucitron is tarteaucitron.js: https://tarteaucitron.io.
var tarteaucitron = manager{
	name: "tarteaucitron", title: "tarteaucitron",
	loader: []string{"tarteaucitron.js", "tarteaucitron.min.js", "tarteaucitron.css", "tarteaucitron.min.css"},
	config: []string{"tarteaucitron.init("},
	read:   readTarteaucitron,
	finish: finishTarteaucitron,
	gate:   func(*old, *element) []string { return nil },
	page:   tarteaucitronPage,
	standard: map[string]string{"ads": "marketing", "analytic": "statistics", "video": "video", "social": "social", "support": "support", "comment": "comments",
		"api": "functions", "other": "other"},
}

// tarteaucitronService is what is known of one that comes with it.
type tarteaucitronService struct {
	Name, Type string
	Known      string // id in the catalogue
}

//go:embed tarteaucitron.json
var tarteaucitronTable []byte

// tarteaucitronServices are those of tarteaucitron.services.js 1.34, by their keys.
var tarteaucitronServices = sync.OnceValue(func() (all map[string]tarteaucitronService) {
	if err := json.Unmarshal(tarteaucitronTable, &all); err != nil {
		panic(err) // the table is part of the program
	}
	return all
})

var tarteaucitronOptions = map[string]string{
	"privacyUrl": carried, "bodyPosition": own, "hashtag": own, "cookieName": own, "orientation": carried, "groupServices": own, "showDetailsOnClick": own,
	"showAlertSmall": own, "showTitleBanner": own, "cookieslist": own, "cookieslistEmbed": own, "closePopup": own, "showIcon": own, "iconSrc": own, "iconPosition": own,
	"adblocker": own, "DenyAllCta": own, "AcceptAllCta": own, "removeCredit": own, "moreInfoLink": own, "useExternalCss": own, "useExternalJs": own,
	"readmoreLink": own, "mandatory": own, "mandatoryCta": own, "customCloserId": own, "partnersList": own, "alwaysNeedConsent": own, "googleConsentMode": elsewhere,
	"bingConsentMode": elsewhere, "pianoConsentMode": elsewhere, "softConsentMode": own, "cookieDomain": carried, "serviceDefaultState": elsewhere, "highPrivacy": elsewhere,
	"showAlertSmallIcon": own, "closeIcon": own, "useCustomTexts": own,
	"handleBrowserDNTRequest":   "It refused where the browser sends \"Do Not Track\". Octroi heeds Global Privacy Control in its place: \"gpc\": \"refuse\" in a category.",
	"pianoConsentModeEssential": "Piano Analytics ran in its essential mode before a choice. Octroi keeps it shut until a visitor agrees.",
	"dataLayer":                 "It put the services' states into the data layer. Octroi puts the event octroi_consent there where \"signals\" tells Google.",
	"serverSide":                "The server reads its consents. Octroi's record is in the cookie \"octroi\".",
}

func readTarteaucitron(o *old, p *literal.Program, file string) (found bool) {
	for _, call := range p.Calls {
		switch call.Name {
		case "tarteaucitron.init":
			if len(call.Args) > 0 {
				o.readTarteaucitronOptions(literal.As[*literal.Object](call.Args[0]))
			}
			found = true
		case "tarteaucitron.job.push":
			for _, arg := range call.Args {
				if key := literal.As[string](arg); key != "" {
					o.jobs = add(o.jobs, key)
				} else {
					o.ask(file, "Which job is pushed is worked out by the script (%s). Declare its service, and map its name under \"inherit\".", short(arg))
				}
			}
			found = true
		}
	}
	for _, a := range p.Assignments {
		switch key, is := strings.CutPrefix(a.Name, "tarteaucitron.user."); {
		case is:
			o.told = append(o.told, literal.Assignment{Name: key, Value: a.Value})
			found = true
		case strings.HasPrefix(a.Name, "tarteaucitron.services."):
			key := strings.TrimPrefix(a.Name, "tarteaucitron.services.")
			if s := literal.As[*literal.Object](a.Value); s != nil && !strings.Contains(key, ".") {
				o.defined[key] = s
			}
		case a.Name == "tarteaucitronForceLanguage":
			o.language = literal.As[string](a.Value)
		case a.Name == "tarteaucitronCustomText":
			o.leftOut = append(o.leftOut, "tarteaucitronCustomText")
		}
	}
	return found
}

func (o *old) readTarteaucitronOptions(c *literal.Object) {
	o.options(c, "", tarteaucitronOptions)
	o.domain = c.Text("cookieDomain")
	o.policy = texts{}
	o.policy.put("", c.Text("privacyUrl"))
	switch c.Text("orientation") {
	case "top", "bottom":
		o.layout = "bar"
	case "middle", "popup":
		o.layout = "dialog"
	}
	if c.Has("highPrivacy") && !c.True("highPrivacy") {
		o.ask("highPrivacy", "Going on in the site counted as a yes. In Octroi only a click on a choice does.")
	}
	if state := c.Get("serviceDefaultState"); state == true || state == "true" {
		o.ask("serviceDefaultState", "Services ran before a choice. Octroi keeps them shut until a visitor agrees.")
	}
	for option, vendor := range map[string]string{"googleConsentMode": "google", "bingConsentMode": "microsoft", "pianoConsentMode": "piano"} {
		if c.True(option) {
			o.signals = append(o.signals, vendor)
		}
	}
	slices.Sort(o.signals)
}

// finishTarteaucitron declares the services that the pages' jobs name.
func finishTarteaucitron(o *old) {
	for _, key := range o.jobs {
		o.tarteaucitronJob(key)
	}
	for _, one := range o.told {
		o.tarteaucitronUser(one.Name, one.Value)
	}
}

// tarteaucitronJob declares a service that a page uses: as it is defined in a script that was
// given, else as it comes with tarteaucitron.
func (o *old) tarteaucitronJob(key string) {
	t, comes := tarteaucitronServices()[key]
	if comes && t.Type == "google" {
		o.signals = add(o.signals, "google")
		return
	}
	of := o.defined[key]
	switch {
	case of != nil:
		if name := of.Text("name"); name != "" {
			t.Name = name
		}
		if t.Type = of.Text("type"); t.Type == "" {
			t.Type = "other"
		}
	case !comes:
		t = tarteaucitronService{Name: key, Type: "other"}
		o.ask("job "+quoted(key), "No service of this name comes with tarteaucitron. Give the file with tarteaucitron.services.%s, too.", key)
	}
	o.category(t.Type)
	s := o.service(key, t.Type)
	s.names, s.known = []string{key}, t.Known
	s.label.put("", t.Name)
	if key == "iframe" {
		o.ask("job "+quoted(key), "One service held all frames of others. Declare whose they are, and mark each: <iframe data-octroi=\"…\" data-src=\"…\">.")
	}
	if of == nil {
		return
	}
	if address := of.Text("uri"); strings.HasPrefix(address, "http") {
		s.policy = address
	}
	if of.Has("needConsent") && !of.True("needConsent") {
		o.ask("tarteaucitron.services."+key, "It ran without consent. If it is exempt by your regulator's rules, declare it as essential, with addresses of this site only.")
	}
	for _, name := range of.List("cookies") {
		if item, is := o.itemOf(name, "tarteaucitron.services."+key); is {
			s.items = merge(s.items, item)
		}
	}
	s.scripts = append(s.scripts, literal.As[literal.Code](of.Get("js")).Text)
}

// tarteaucitronUser notes what a page tells a service: addresses are called by it.
func (o *old) tarteaucitronUser(key string, v any) {
	if literal.As[literal.Code](v).Function {
		o.ask("tarteaucitron.user."+key, "It is code that runs with a service: it goes on to do so, where tarteaucitron.services.js stays in the page.")
		return
	}
	u, err := url.Parse(literal.As[string](v))
	if err != nil || !strings.Contains(u.Host, ".") {
		return
	}
	// The names of what is told begin as the service's do, as matomoHost.
	var of *oldService
	for _, s := range o.services {
		if strings.HasPrefix(strings.ToLower(key), strings.ToLower(s.name[:min(len(s.name), 6)])) {
			of = s
		}
	}
	if of == nil {
		o.ask("tarteaucitron.user."+key, "It names %s. Write that host under \"urls\" of the service that calls it.", u.Host)
		return
	}
	of.hosts = add(of.hosts, u.Host)
}

// embeds are classes of what tarteaucitron fills in, and the address of what comes there.
var embeds = map[string]struct{ id, attr, address string }{
	"youtube_player":     {"youtube", "videoid", "https://www.youtube-nocookie.com/embed/"},
	"vimeo_player":       {"vimeo", "videoid", "https://player.vimeo.com/video/"},
	"dailymotion_player": {"dailymotion", "videoid", "https://www.dailymotion.com/embed/video/"},
	"tac_iframe":         {"", "url", ""},
}

// filled are classes that tarteaucitron fills in by other means.
var filled = strings.Fields(`twitch_player googlemaps-canvas tac_twitter twitterembed-canvas fb-post fb-like fb-like-box instagram_post spotify_player soundcloud_player
	calameo-canvas issuu_player prezi-canvas deezer_player tac_hcaptcha g-recaptcha tac_disqus twitter-timeline tac_podcloud matterport_player acast_player mixcloud_player`)

func tarteaucitronPage(e *element) (line Line, is bool) {
	if e.tag == "script" && e.runs() && strings.Contains(e.text, "tarteaucitron.job") {
		return Line{Works: true}, true
	}
	for class := range strings.FieldsSeq(e.attrs["class"]) {
		if embed, known := embeds[class]; known {
			id, address := embed.id, embed.address+e.attrs[embed.attr]
			if e.attrs[embed.attr] == "" {
				address = embed.address + e.attrs["data-"+embed.attr]
			}
			if id == "" {
				id = "…"
			}
			more := ""
			for _, attr := range []string{"width", "height", "title"} {
				value := e.attrs[attr]
				if value == "" {
					value = e.attrs["data-"+attr]
				}
				if value != "" {
					more += " " + attr + `="` + value + `"`
				}
			}
			return Line{After: `<iframe data-octroi="` + id + `" data-src="` + address + `"` + more + `></iframe>`, Note: "Octroi shows a stand-in of the frame's size until it is allowed."}, true
		}
		if slices.Contains(filled, class) {
			return Line{Note: "tarteaucitron filled this in. Write the vendor's own markup, with data-octroi=\"…\" and data-src in the place of src, or in <template data-octroi=\"…\">."}, true
		}
	}
	for _, attr := range []string{"onclick", "href"} {
		if value := e.attrs[attr]; strings.Contains(value, "tarteaucitron.userInterface.openPanel") || value == "#tarteaucitron" {
			return Line{After: `<a href="#octroi">`, Note: "Opens the choices; data-octroi-open on a button does the same."}, true
		}
	}
	return line, false
}
