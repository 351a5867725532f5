package declaration

// Standard is a category as sites usually have it, by language.
type Standard struct{ Label, Text map[string]string }

// Standards are categories as sites usually have them, by their kind, for what an owner has no text for.
var Standards = map[string]Standard{
	"essential": {
		map[string]string{"en": "Essential", "fr": "Essentiels", "de": "Notwendig", "es": "Esenciales"},
		map[string]string{"en": "What the site cannot work without.", "fr": "Ce sans quoi le site ne fonctionne pas.", "de": "Ohne das die Website nicht funktioniert.", "es": "Lo que el sitio necesita para funcionar."}},
	"statistics": {
		map[string]string{"en": "Statistics", "fr": "Statistiques", "de": "Statistik", "es": "Estadísticas"},
		map[string]string{"en": "Counts visits and measures how pages are used.", "fr": "Compte les visites et mesure l’usage des pages.", "de": "Zählt Besuche und misst, wie Seiten genutzt werden.", "es": "Cuenta las visitas y mide el uso de las páginas."}},
	"marketing": {
		map[string]string{"en": "Advertising", "fr": "Publicité", "de": "Werbung", "es": "Publicidad"},
		map[string]string{"en": "Shows advertisements and measures what they lead to.", "fr": "Affiche de la publicité et en mesure les effets.", "de": "Zeigt Werbung und misst, was sie bewirkt.", "es": "Muestra publicidad y mide sus resultados."}},
	"preferences": {
		map[string]string{"en": "Preferences", "fr": "Préférences", "de": "Einstellungen", "es": "Preferencias"},
		map[string]string{"en": "Remembers what you have set on this site.", "fr": "Se souvient de vos réglages sur ce site.", "de": "Merkt sich Ihre Einstellungen auf dieser Website.", "es": "Recuerda sus ajustes en este sitio."}},
	"social": {
		map[string]string{"en": "Social networks", "fr": "Réseaux sociaux", "de": "Soziale Netzwerke", "es": "Redes sociales"},
		map[string]string{"en": "Shows content of social networks and lets you share pages.", "fr": "Affiche des contenus de réseaux sociaux et permet de partager les pages.", "de": "Zeigt Inhalte sozialer Netzwerke und lässt Sie Seiten teilen.", "es": "Muestra contenidos de redes sociales y permite compartir páginas."}},
	"video": {
		map[string]string{"en": "Videos and sound", "fr": "Vidéos et sons", "de": "Videos und Ton", "es": "Vídeos y audio"},
		map[string]string{"en": "Plays videos and sound of others.", "fr": "Lit des vidéos et des sons d’autres sites.", "de": "Spielt Videos und Ton anderer Anbieter ab.", "es": "Reproduce vídeos y audio de otros sitios."}},
	"support": {
		map[string]string{"en": "Support", "fr": "Assistance", "de": "Hilfe", "es": "Ayuda"},
		map[string]string{"en": "Lets you talk to us while you are on the site.", "fr": "Vous permet de nous parler depuis le site.", "de": "Lässt Sie auf der Website mit uns sprechen.", "es": "Le permite hablar con nosotros desde el sitio."}},
	"functions": {
		map[string]string{"en": "Functions", "fr": "Fonctionnalités", "de": "Funktionen", "es": "Funciones"},
		map[string]string{"en": "Adds functions of others, as maps and forms.", "fr": "Ajoute des fonctions d’autres sites, comme des cartes et des formulaires.", "de": "Fügt Funktionen anderer Anbieter hinzu, etwa Karten und Formulare.", "es": "Añade funciones de otros sitios, como mapas y formularios."}},
	"security": {
		map[string]string{"en": "Security", "fr": "Sécurité", "de": "Sicherheit", "es": "Seguridad"},
		map[string]string{"en": "Tells people from programs, and prevents fraud.", "fr": "Distingue les personnes des programmes et prévient la fraude.", "de": "Unterscheidet Menschen von Programmen und verhindert Betrug.", "es": "Distingue a las personas de los programas y evita el fraude."}},
	"comments": {
		map[string]string{"en": "Comments", "fr": "Commentaires", "de": "Kommentare", "es": "Comentarios"},
		map[string]string{"en": "Shows comments and lets you write some.", "fr": "Affiche les commentaires et permet d’en écrire.", "de": "Zeigt Kommentare und lässt Sie welche schreiben.", "es": "Muestra los comentarios y permite escribirlos."}},
	"other": {
		map[string]string{"en": "Other", "fr": "Autres", "de": "Weitere", "es": "Otros"},
		map[string]string{"en": "Other services of others.", "fr": "D’autres services, d’autres sites.", "de": "Weitere Dienste anderer Anbieter.", "es": "Otros servicios de otros sitios."}},
}

// Kind is the kind of category that one of the catalogue's is of; "" for none.
func Kind(category string) string { return kinds[category] }

// kinds are those that the catalogue's categories are of.
var kinds = map[string]string{"advertising": "marketing", "statistics": "statistics", "personalisation": "preferences", "social": "social", "video": "video", "music": "video",
	"support": "support", "maps": "functions", "content": "functions", "payment": "functions", "security": "security", "tag-manager": "functions"}
