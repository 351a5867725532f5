// Package shop is the demo: a shop that declares what a fashion house's site uses,
// and a second origin that plays all its third parties and writes down what it
// gets. Tests drive a browser against the same two.
package shop

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/server/consent"
	"github.com/octroi-consent/octroi/server/erase"
)

//go:embed octroi.json pages twin
var files embed.FS

// Shop serves the demo's two origins. Its pages load the drop-in, unless it is compiled.
type Shop struct {
	Dist  string // folder of the built files
	Third string // origin of the third parties, as http://127.0.0.1:8421
	Log   *Log
	made  map[string]*made // what octroi build makes, by its folder on the site
}

// Declaration is the demo's own, with the third parties' origin filled in.
func (s *Shop) Declaration() string {
	b, err := files.ReadFile("octroi.json")
	if err != nil {
		panic(err)
	}
	return strings.ReplaceAll(string(b), "https://third.example", s.Third)
}

// Piece is one of the shop's.
type Piece struct{ ID, Name, Price, Text, A, B string }

var pieces = []Piece{
	{"coat", "Long coat", "690", "Double-faced wool, cut wide, with a collar that stands up to the wind.", "#6d5a4b", "#2c2420"},
	{"jacket", "Short jacket", "420", "Boiled wool, two pockets, horn buttons.", "#8c3b4a", "#4a1a26"},
	{"trousers", "Wide trousers", "280", "A high waist and a straight fall, in flannel.", "#7d8a86", "#3d4a47"},
	{"jumper", "Ribbed jumper", "210", "Merino from one farm, knitted in one piece.", "#c9a227", "#7a5c10"},
	{"skirt", "Pleated skirt", "260", "Thirty pleats, set by hand.", "#36507a", "#1b2a44"},
	{"scarf", "Scarf", "120", "Two metres of brushed alpaca.", "#b9aa97", "#6f6354"},
}

func find(id string) (Piece, bool) {
	for _, p := range pieces {
		if p.ID == id {
			return p, true
		}
	}
	return Piece{}, false
}

type page struct {
	Lang, Title, Third, User, Notice string
	Octroi                           template.HTML
	Pieces, Basket                   []Piece
	Piece                            Piece
	Policy                           *config.Config
	Groups                           []group
}

type group struct {
	Label, Text, Renew string
	Required           bool
	Services           []service
}

type service struct {
	Name, Provider, Purpose, Policy string
	Items                           []item
}

type item struct{ Name, Life string }

// eraser erases what no script can. It needs no addresses of the third parties.
var eraser = sync.OnceValue(func() http.Handler {
	text, err := files.ReadFile("octroi.json")
	if err != nil {
		panic(err)
	}
	declaration, err := consent.Parse(text)
	if err != nil {
		panic(err)
	}
	return erase.New(declaration)
})

// Handler serves the shop's own origin.
func (s *Shop) Handler() http.Handler {
	mux := http.NewServeMux()
	s.serveOctroi(mux)
	mux.HandleFunc("GET /shop.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "pages/shop.css")
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		s.render(w, r, "home", page{Title: "Collection", Pieces: pieces})
	})
	mux.HandleFunc("GET /recipes/{id}", s.recipe)
	mux.HandleFunc("GET /recipes/{id}/app.js", s.app)
	mux.HandleFunc("GET /piece/{id}", func(w http.ResponseWriter, r *http.Request) {
		p, ok := find(r.PathValue("id"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		s.render(w, r, "piece", page{Title: p.Name, Piece: p})
	})
	mux.HandleFunc("GET /basket", func(w http.ResponseWriter, r *http.Request) {
		s.render(w, r, "basket", page{Title: "Basket"})
	})
	mux.HandleFunc("POST /basket", func(w http.ResponseWriter, r *http.Request) {
		if p, ok := find(r.FormValue("piece")); ok {
			http.SetCookie(w, &http.Cookie{Name: "basket", Value: strings.TrimPrefix(cookie(r, "basket")+"."+p.ID, "."), Path: "/", MaxAge: 30 * 86400, SameSite: http.SameSiteLaxMode})
		}
		http.Redirect(w, r, "/basket", http.StatusSeeOther)
	})
	mux.HandleFunc("POST /order", func(w http.ResponseWriter, r *http.Request) {
		s.render(w, r, "basket", page{Title: "Basket", Notice: "Thank you. Nothing was ordered."})
	})
	mux.HandleFunc("GET /account", func(w http.ResponseWriter, r *http.Request) {
		s.render(w, r, "account", page{Title: "Account"})
	})
	mux.HandleFunc("POST /account", func(w http.ResponseWriter, r *http.Request) {
		session := &http.Cookie{Name: "session", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: -1}
		if user := r.FormValue("user"); user != "" {
			session.Value, session.MaxAge = sessionOf(user), 0
		}
		http.SetCookie(w, session)
		http.Redirect(w, r, "/account", http.StatusSeeOther)
	})
	mux.Handle("/erase", eraser())
	mux.HandleFunc("GET /cookies", func(w http.ResponseWriter, r *http.Request) {
		s.render(w, r, "cookies", page{Title: "Cookie policy"})
	})
	mux.HandleFunc("GET /log", func(w http.ResponseWriter, r *http.Request) {
		s.render(w, r, "log", page{Title: "What third parties got"})
	})
	mux.HandleFunc("GET /log/events", s.Log.events)
	mux.HandleFunc("POST /log/clear", func(w http.ResponseWriter, r *http.Request) { s.Log.Clear() })
	mux.HandleFunc("POST /log/choice", func(w http.ResponseWriter, r *http.Request) {
		var services map[string]bool
		if json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&services) == nil {
			s.Log.choice(services)
		}
	})
	return mux
}

// idle is after how much inactivity the account logs out.
const idle = 30 * time.Minute

// sessionOf is a session's cookie: the name and when it was last seen. A real shop
// keeps this on its side.
func sessionOf(user string) string {
	return fmt.Sprintf("%d.%s", time.Now().Unix(), strings.Map(func(r rune) rune {
		if r == '.' || r == ';' || r == ' ' || r < 32 || r > 126 {
			return -1
		}
		return r
	}, user))
}

func userOf(r *http.Request) string {
	var seen int64
	var user string
	fmt.Sscanf(strings.Replace(cookie(r, "session"), ".", " ", 1), "%d %s", &seen, &user)
	if time.Since(time.Unix(seen, 0)) > idle {
		return ""
	}
	return user
}

func cookie(r *http.Request, name string) string {
	if c, err := r.Cookie(name); err == nil {
		return c.Value
	}
	return ""
}

func (s *Shop) render(w http.ResponseWriter, r *http.Request, name string, p page) {
	p.Third, p.User, p.Lang = s.Third, userOf(r), "en"
	if lang := r.FormValue("lang"); lang == "en" || lang == "fr" {
		http.SetCookie(w, &http.Cookie{Name: "lang", Value: lang, Path: "/", MaxAge: 365 * 86400, SameSite: http.SameSiteLaxMode})
		p.Lang = lang
	} else if cookie(r, "lang") == "fr" {
		p.Lang = "fr"
	}
	if p.User != "" {
		http.SetCookie(w, &http.Cookie{Name: "session", Value: sessionOf(p.User), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	for id := range strings.SplitSeq(cookie(r, "basket"), ".") {
		if piece, ok := find(id); ok {
			p.Basket = append(p.Basket, piece)
		}
	}
	declaration := s.Declaration()
	p.Octroi = s.first(shopFolder, declaration)
	p.Policy, _ = config.Parse(declaration)
	p.Groups = groups(declaration, p.Policy, p.Lang)
	t, err := template.ParseFS(files, "pages/layout.html", "pages/"+name+".html")
	if err == nil {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		err = t.Execute(w, p)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, filepath.Base(name)+":", err)
	}
}

// groups lays the declaration out for the policy page; the durations are shown in
// the words that were declared.
func groups(declaration string, c *config.Config, lang string) (list []group) {
	var raw struct {
		Categories []struct{ ID, RenewAfter string }
		Services   []struct {
			ID               string
			Cookies, Storage []item
		}
	}
	if err := json.Unmarshal([]byte(declaration), &raw); err != nil {
		panic(err)
	}
	in := func(t config.Text) string { return t.In(lang, c.Language) }
	for i, cat := range c.Categories {
		g := group{Label: in(cat.Label), Text: in(cat.Text), Required: cat.Required, Renew: raw.Categories[i].RenewAfter}
		for _, s := range c.Services[cat.From:cat.To] {
			row := service{Name: in(s.Name), Provider: s.Provider, Purpose: in(s.Purpose), Policy: in(s.Policy)}
			for _, r := range raw.Services {
				if r.ID == s.ID {
					row.Items = append(r.Cookies, r.Storage...)
				}
			}
			g.Services = append(g.Services, row)
		}
		list = append(list, g)
	}
	return list
}
