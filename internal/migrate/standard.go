package migrate

// standard is a category as sites usually have it, by language.
type standard struct{ label, text texts }

// standards are used where a source has no text, by the kind of category.
var standards = map[string]standard{
	"essential": {
		texts{"en": "Essential", "fr": "Essentiels", "de": "Notwendig", "es": "Esenciales"},
		texts{"en": "What the site cannot work without.", "fr": "Ce sans quoi le site ne fonctionne pas.", "de": "Ohne das die Website nicht funktioniert.", "es": "Lo que el sitio necesita para funcionar."}},
	"statistics": {
		texts{"en": "Statistics", "fr": "Statistiques", "de": "Statistik", "es": "Estadísticas"},
		texts{"en": "Counts visits and measures how pages are used.", "fr": "Compte les visites et mesure l’usage des pages.", "de": "Zählt Besuche und misst, wie Seiten genutzt werden.", "es": "Cuenta las visitas y mide el uso de las páginas."}},
	"marketing": {
		texts{"en": "Advertising", "fr": "Publicité", "de": "Werbung", "es": "Publicidad"},
		texts{"en": "Shows advertisements and measures what they lead to.", "fr": "Affiche de la publicité et en mesure les effets.", "de": "Zeigt Werbung und misst, was sie bewirkt.", "es": "Muestra publicidad y mide sus resultados."}},
	"preferences": {
		texts{"en": "Preferences", "fr": "Préférences", "de": "Einstellungen", "es": "Preferencias"},
		texts{"en": "Remembers what you have set on this site.", "fr": "Se souvient de vos réglages sur ce site.", "de": "Merkt sich Ihre Einstellungen auf dieser Website.", "es": "Recuerda sus ajustes en este sitio."}},
	"social": {
		texts{"en": "Social networks", "fr": "Réseaux sociaux", "de": "Soziale Netzwerke", "es": "Redes sociales"},
		texts{"en": "Shows content of social networks and lets you share pages.", "fr": "Affiche des contenus de réseaux sociaux et permet de partager les pages.", "de": "Zeigt Inhalte sozialer Netzwerke und lässt Sie Seiten teilen.", "es": "Muestra contenidos de redes sociales y permite compartir páginas."}},
	"video": {
		texts{"en": "Videos and sound", "fr": "Vidéos et sons", "de": "Videos und Ton", "es": "Vídeos y audio"},
		texts{"en": "Plays videos and sound of others.", "fr": "Lit des vidéos et des sons d’autres sites.", "de": "Spielt Videos und Ton anderer Anbieter ab.", "es": "Reproduce vídeos y audio de otros sitios."}},
	"support": {
		texts{"en": "Support", "fr": "Assistance", "de": "Hilfe", "es": "Ayuda"},
		texts{"en": "Lets you talk to us while you are on the site.", "fr": "Vous permet de nous parler depuis le site.", "de": "Lässt Sie auf der Website mit uns sprechen.", "es": "Le permite hablar con nosotros desde el sitio."}},
	"functions": {
		texts{"en": "Functions", "fr": "Fonctionnalités", "de": "Funktionen", "es": "Funciones"},
		texts{"en": "Adds functions of others, as maps and forms.", "fr": "Ajoute des fonctions d’autres sites, comme des cartes et des formulaires.", "de": "Fügt Funktionen anderer Anbieter hinzu, etwa Karten und Formulare.", "es": "Añade funciones de otros sitios, como mapas y formularios."}},
	"security": {
		texts{"en": "Security", "fr": "Sécurité", "de": "Sicherheit", "es": "Seguridad"},
		texts{"en": "Tells people from programs, and prevents fraud.", "fr": "Distingue les personnes des programmes et prévient la fraude.", "de": "Unterscheidet Menschen von Programmen und verhindert Betrug.", "es": "Distingue a las personas de los programas y evita el fraude."}},
	"comments": {
		texts{"en": "Comments", "fr": "Commentaires", "de": "Kommentare", "es": "Comentarios"},
		texts{"en": "Shows comments and lets you write some.", "fr": "Affiche les commentaires et permet d’en écrire.", "de": "Zeigt Kommentare und lässt Sie welche schreiben.", "es": "Muestra los comentarios y permite escribirlos."}},
	"other": {
		texts{"en": "Other", "fr": "Autres", "de": "Weitere", "es": "Otros"},
		texts{"en": "Other services of others.", "fr": "D’autres services, d’autres sites.", "de": "Weitere Dienste anderer Anbieter.", "es": "Otros servicios de otros sitios."}},
}

// kinds are those that the catalogue's categories are of.
var kinds = map[string]string{"advertising": "marketing", "statistics": "statistics", "personalisation": "preferences", "social": "social", "video": "video", "music": "video",
	"support": "support", "maps": "functions", "content": "functions", "payment": "functions", "security": "security", "tag-manager": "functions"}
