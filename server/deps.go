// Package server holds the public packages for a site's server.
package server

import (
	_ "github.com/jackc/pgx/v5"
	_ "github.com/ncruces/go-sqlite3"
	_ "github.com/prometheus/client_golang/prometheus"
	_ "golang.org/x/time/rate"
)
